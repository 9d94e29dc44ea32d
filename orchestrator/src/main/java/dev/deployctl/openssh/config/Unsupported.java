package dev.deployctl.openssh.config;

import java.util.Optional;

/**
 * Refuses settings that deployctl does not support, if ignoring them would make a connection less
 * safe or connect to another host.
 */
final class Unsupported {
  /** A valid setting that is refused, and the alternative. */
  static final class Refusal extends Exception {
    private final String instead;

    Refusal(String message, String instead) {
      super(message);
      this.instead = instead;
    }

    String instead() {
      return instead;
    }
  }

  private Unsupported() {}

  /** Refuses settings that ssh supports and deployctl does not. */
  static void check(Options options) throws Refusal {
    if (isSet(options, "knownhostscommand")) {
      throw no(
          options,
          "knownhostscommand",
          "host keys are only read from files",
          "write the keys into a file and name it in UserKnownHostsFile or GlobalKnownHostsFile,"
              + " and for these hosts write KnownHostsCommand none");
    }
    if (options.first("checkhostip").filter("yes"::equals).isPresent()) {
      throw no(
          options,
          "checkhostip",
          "host keys are only looked up by name",
          "write CheckHostIP no, the default since OpenSSH 8.5");
    }
    if (isSet(options, "canonicalizepermittedcnames") && HostNameRule.canonicalizes(options)) {
      throw no(
          options,
          "canonicalizepermittedcnames",
          "aliases in the DNS are not followed",
          "write CanonicalizePermittedCNAMEs none, and the name behind the alias as HostName");
    }
    if (options.first("proxyusefdpass").filter("yes"::equals).isPresent()
        && isSet(options, "proxycommand")) {
      throw no(
          options,
          "proxyusefdpass",
          "Java cannot receive an open connection",
          "write ProxyUseFdpass no, and a ProxyCommand that relays the connection itself, such as"
              + " nc %h %p without -F, or use ProxyJump");
    }
  }

  /** Refuses hosts with RefuseConnection. */
  static void checkAllowed(Options options) throws Refusal {
    Optional<String> refused = options.first("refuseconnection");
    if (refused.isPresent()) {
      throw new Refusal(
          options.placeOf("refuseconnection") + ": RefuseConnection: " + refused.get(),
          "ssh_config forbids this connection, for ssh as well: remove the line if that is wrong");
    }
  }

  /** Refuses settings that ssh refuses as well. */
  static void checkPossible(String typed, String host, Options options, LocalUser local)
      throws BadConfig {
    if (options.first("connectionattempts").filter("0"::equals).isPresent()) {
      throw new BadConfig(
          options.placeOf("connectionattempts") + ": connectionattempts cannot be 0");
    }
    checkLoop(typed, host, options, local);
  }

  private static void checkLoop(String typed, String host, Options options, LocalUser local)
      throws BadConfig {
    Optional<String> spec = options.first("proxyjump");
    if (spec.isEmpty() || spec.get().equalsIgnoreCase("none")) {
      return;
    }
    JumpHosts jump = JumpHosts.last(spec.get());
    String user = options.first("user").orElse(local.name());
    int port = Integer.parseInt(options.first("port").orElse("22"));
    if (jump.host().equals(host)
        && jump.port().orElse(22) == port
        && jump.user().orElse(user).equals(user)) {
      throw new BadConfig(
          options.placeOf("proxyjump") + ": ProxyJump leads from " + typed + " to itself");
    }
  }

  private static boolean isSet(Options options, String keyword) {
    return options.first(keyword).filter(value -> !value.equalsIgnoreCase("none")).isPresent();
  }

  private static Refusal no(Options options, String keyword, String why, String instead) {
    return new Refusal(
        options.placeOf(keyword) + ": " + keyword + " is not supported: " + why, instead);
  }
}
