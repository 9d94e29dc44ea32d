package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.List;

/** Keywords about short names that stand for longer ones. */
final class CanonicalSyntax {
  private static final int MOST = 32;

  private CanonicalSyntax() {}

  static void domains(Arguments arguments, Options options, boolean active) throws BadConfig {
    List<String> domains = new ArrayList<>();
    while (arguments.more()) {
      String domain = arguments.word();
      if (domain.equalsIgnoreCase("none") && (!domains.isEmpty() || arguments.more())) {
        throw new BadConfig("canonicaldomains takes 'none' only alone");
      }
      if (!isDomain(domain)) {
        throw new BadConfig("canonicaldomains names '" + domain + "', which is no domain");
      }
      domains.add(
          Patterns.lower(domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain));
    }
    put("canonicaldomains", domains, options, active);
  }

  static boolean isDomain(String name) {
    return name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") && !name.contains("..");
  }

  static void permittedCnames(Arguments arguments, Options options, boolean active)
      throws BadConfig {
    List<String> rules = new ArrayList<>();
    while (arguments.more()) {
      String rule = arguments.anyWord();
      if (rule.equalsIgnoreCase("none")) {
        if (!rules.isEmpty() || arguments.more()) {
          throw new BadConfig("canonicalizepermittedcnames takes 'none' only alone");
        }
        rules.add("none");
      } else if (rule.equals("*")) {
        rules.add("*:*");
      } else {
        int colon = rule.indexOf(':');
        if (colon < 0 || colon == rule.length() - 1) {
          throw new BadConfig("canonicalizepermittedcnames wants LIST:LIST, not '" + rule + "'");
        }
        rules.add(Patterns.lower(rule));
      }
    }
    put("canonicalizepermittedcnames", rules, options, active);
  }

  private static void put(String keyword, List<String> values, Options options, boolean active)
      throws BadConfig {
    if (active && !options.has(keyword) && !values.isEmpty()) {
      if (values.size() > MOST) {
        throw new BadConfig(keyword + " takes at most " + MOST + " values");
      }
      options.setOnce(keyword, values);
    }
  }
}
