package dev.deployctl.openssh.config;

import java.util.Locale;

/** OpenSSH's patterns: {@code *} and {@code ?}, and comma-separated lists with {@code !}. */
public final class Patterns {
  /** The result of matching a name against a list of patterns. */
  public enum Match {
    YES,
    NO,
    EXCLUDED
  }

  private Patterns() {}

  /** Matches in linear time for each star, so that no pattern is slow. */
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

  /** Matches if any pattern matches and no negated pattern does. */
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

  /** Matches a host name, ignoring case. */
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
