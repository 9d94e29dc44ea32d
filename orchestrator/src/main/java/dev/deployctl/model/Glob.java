package dev.deployctl.model;

/**
 * Matches {@code *} and {@code ?} as EC2 does. Not by a regular expression: those take forever on a
 * pattern of many stars.
 */
final class Glob {
  private Glob() {}

  static boolean matches(String pattern, String text) {
    int[] wanted = pattern.codePoints().toArray();
    int[] given = text.codePoints().toArray();
    int p = 0;
    int t = 0;
    int star = -1;
    int retry = 0;
    while (t < given.length) {
      if (p < wanted.length && wanted[p] == '*') {
        star = p++;
        retry = t;
      } else if (p < wanted.length && (wanted[p] == '?' || wanted[p] == given[t])) {
        p++;
        t++;
      } else if (star >= 0) {
        // The last star takes one more; earlier ones never need to, they took as little as they
        // could.
        p = star + 1;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < wanted.length && wanted[p] == '*') {
      p++;
    }
    return p == wanted.length;
  }
}
