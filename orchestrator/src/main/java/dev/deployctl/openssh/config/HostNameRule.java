package dev.deployctl.openssh.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
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
    if (NumericAddress.looksLike(host)) {
      return host;
    }
    String name = Patterns.lower(host);
    return canonicalizes(options) ? canonical(name, options) : name;
  }

  static boolean canonicalizes(Options options) {
    return !options.first("canonicalizehostname").orElse("false").equals("false");
  }

  /** Completes a short name by the domains that CanonicalDomains lists. */
  private static String canonical(String name, Options options) throws BadConfig {
    boolean proxied =
        options.first("proxycommand").filter(c -> !c.equalsIgnoreCase("none")).isPresent()
            || options.has("proxyjump");
    if (proxied && !options.first("canonicalizehostname").orElse("").equals("always")) {
      return name;
    }
    if (name.endsWith(".")) {
      return exists(name) ? name.substring(0, name.length() - 1) : unknown(name, options);
    }
    int most = Integer.parseInt(options.first("canonicalizemaxdots").orElse("1"));
    if (name.chars().filter(c -> c == '.').count() > most) {
      return name;
    }
    for (String domain : options.all("canonicaldomains")) {
      if (domain.equalsIgnoreCase("none")) {
        break;
      }
      String full = name + "." + domain;
      if (exists(full + ".")) {
        return full;
      }
    }
    return unknown(name, options);
  }

  private static String unknown(String name, Options options) throws BadConfig {
    if (options.first("canonicalizefallbacklocal").orElse("yes").equals("no")) {
      throw new BadConfig(
          options.placeOf("canonicalizefallbacklocal")
              + ": none of CanonicalDomains knows a host "
              + name);
    }
    return name;
  }

  private static boolean exists(String name) {
    try {
      return InetAddress.getAllByName(name).length > 0;
    } catch (UnknownHostException unknown) {
      return false;
    }
  }
}
