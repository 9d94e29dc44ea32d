package dev.deployctl.openssh;

import java.util.Optional;

/** Which name is connected to: HostName, in the form that addresses and names have. */
final class HostNameRule {
  private HostNameRule() {}

  static String apply(String typed, Options options, LocalUser local) throws BadConfig {
    Optional<String> configured = options.first("hostname");
    String host =
        configured.isPresent() ? Tokens.ofHostName(local, typed).percent(configured.get()) : typed;
    Optional<String> address = NumericAddress.canonical(host);
    if (address.isPresent()) {
      return address.get();
    }
    return NumericAddress.looksLike(host) ? host : Patterns.lower(host);
  }

  static boolean canonicalizes(Options options) {
    return options.first("canonicalizehostname").filter(v -> !v.equals("false")).isPresent();
  }
}
