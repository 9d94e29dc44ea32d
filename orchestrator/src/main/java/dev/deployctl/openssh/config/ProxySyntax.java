package dev.deployctl.openssh.config;

/** Reads ProxyCommand and ProxyJump, of which the first one wins. */
final class ProxySyntax {
  private ProxySyntax() {}

  static void command(Arguments arguments, Options options, boolean active) {
    String command = arguments.raw();
    boolean jumps =
        options.first("proxyjump").filter(spec -> !spec.equalsIgnoreCase("none")).isPresent();
    if (active && !jumps) {
      options.setOnce("proxycommand", command);
    }
  }

  /** Returns the first argument. {@code none} means no jump host only if it is the whole line. */
  private static String spec(String raw) {
    if (raw.equalsIgnoreCase("none")) {
      return raw;
    }
    String word = raw.split("[ \\t\\r\\n#]", 2)[0];
    return word.equalsIgnoreCase("none") ? "ssh://" + word : word;
  }

  static void jump(Arguments arguments, Options options, boolean active) throws BadConfig {
    String spec = spec(arguments.raw());
    boolean takes = active && !options.has("proxycommand") && !options.has("proxyjump");
    JumpHosts.check(spec);
    if (takes) {
      options.setOnce("proxyjump", spec);
      if (!spec.equalsIgnoreCase("none")) {
        options.setOnce("proxycommand", "none");
      }
    }
  }
}
