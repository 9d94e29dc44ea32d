package dev.deployctl.openssh.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Determines the name to connect to: HostName with addresses in canonical form, and short names
 * completed by CanonicalDomains.
 */
final class HostNameRule {
  private static final int MAX_DOMAINS = 32;

  private HostNameRule() {}

  /** Returns the name or address that ssh connects to for the name that was typed. */
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

  /** Returns whether short names are completed. */
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
              + ": there is no host "
              + name
              + " in any of CanonicalDomains");
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

  /** Reads the arguments of CanonicalDomains. */
  static void readDomains(Arguments arguments, Options options, boolean active) throws BadConfig {
    List<String> domains = new ArrayList<>();
    while (arguments.more()) {
      String domain = arguments.word();
      if (domain.equalsIgnoreCase("none") && (!domains.isEmpty() || arguments.more())) {
        throw new BadConfig("canonicaldomains takes no other value with 'none'");
      }
      if (!domain.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || domain.contains("..")) {
        throw new BadConfig("canonicaldomains names '" + domain + "', which is not a domain");
      }
      domains.add(
          Patterns.lower(domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain));
    }
    if (active && !options.has("canonicaldomains") && !domains.isEmpty()) {
      if (domains.size() > MAX_DOMAINS) {
        throw new BadConfig("canonicaldomains takes at most " + MAX_DOMAINS + " values");
      }
      options.setOnce("canonicaldomains", domains);
    }
  }
}
