package dev.deployctl.openssh.config;

/** ProxyCommand and ProxyJump: whichever comes first shuts the other out. */
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

  /** Only the first word counts; but {@code none} is a word for no host only if it is alone. */
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
