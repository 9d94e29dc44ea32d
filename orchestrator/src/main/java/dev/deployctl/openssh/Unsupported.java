package dev.deployctl.openssh;

import java.util.Optional;

/**
 * Refuses what deployctl cannot do, where going on without it would make a connection less safe
 * than the user has asked for, or lead it to another host.
 */
final class Unsupported {
  private Unsupported() {}

  /** Complains of what ssh can do and deployctl cannot. */
  static void check(Options options) throws BadConfig {
    if (isSet(options, "knownhostscommand")) {
      throw no(options, "knownhostscommand", "host keys are only read from files");
    }
    if (options.first("checkhostip").filter("yes"::equals).isPresent()) {
      throw no(options, "checkhostip", "host keys are only looked up by name");
    }
    if (isSet(options, "canonicalizepermittedcnames") && HostNameRule.canonicalizes(options)) {
      throw no(options, "canonicalizepermittedcnames", "aliases in the DNS are not followed");
    }
    if (options.first("proxyusefdpass").filter("yes"::equals).isPresent()
        && isSet(options, "proxycommand")) {
      throw no(options, "proxyusefdpass", "Java cannot be handed a connection");
    }
  }

  /** Complains of what ssh could not do either. */
  static void checkPossible(String typed, String host, Options options, LocalUser local)
      throws BadConfig {
    Optional<String> refused = options.first("refuseconnection");
    if (refused.isPresent()) {
      throw new BadConfig(
          options.placeOf("refuseconnection") + ": RefuseConnection: " + refused.get());
    }
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

  private static BadConfig no(Options options, String keyword, String why) {
    return new BadConfig(options.placeOf(keyword) + ": " + keyword + " is not supported: " + why);
  }
}
