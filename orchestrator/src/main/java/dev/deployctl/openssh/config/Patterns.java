package dev.deployctl.openssh.config;

import java.util.Locale;

/** OpenSSH's patterns: {@code *} and {@code ?}, and comma lists in which {@code !} excludes. */
public final class Patterns {
  /** What a list of patterns says of a name. */
  public enum Match {
    YES,
    NO,
    EXCLUDED
  }

  private Patterns() {}

  /** Matches in time linear in both lengths for each star, whatever the pattern. */
  static boolean matches(String text, String pattern) {
    int t = 0;
    int p = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** One match makes a yes, one match of an excluding pattern outweighs all. */
  public static Match list(String text, String patterns) {
    Match result = Match.NO;
    for (String part : patterns.split(",", -1)) {
      boolean negated = part.startsWith("!");
      if (matches(text, negated ? part.substring(1) : part)) {
        if (negated) {
          return Match.EXCLUDED;
        }
        result = Match.YES;
      }
    }
    return result;
  }

  /** The same for host names, whose case does not matter. */
  static Match hostList(String host, String patterns) {
    return list(lower(host), lower(patterns));
  }

  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  public static boolean isPattern(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }
}
