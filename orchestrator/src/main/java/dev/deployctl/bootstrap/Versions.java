package dev.deployctl.bootstrap;

/** Puts versions such as {@code 0.10.2} in order. */
final class Versions {
  private Versions() {}

  /**
   * Returns whether the first is newer than the second: compares number by number, and the rest as
   * text.
   */
  static boolean isNewer(String one, String other) {
    String[] left = one.split("[.+~-]", -1);
    String[] right = other.split("[.+~-]", -1);
    for (int i = 0; i < Math.max(left.length, right.length); i++) {
      int order = compare(i < left.length ? left[i] : "0", i < right.length ? right[i] : "0");
      if (order != 0) {
        return order > 0;
      }
    }
    return false;
  }

  private static int compare(String left, String right) {
    boolean numbers = left.matches("[0-9]{1,9}") && right.matches("[0-9]{1,9}");
    return numbers
        ? Integer.compare(Integer.parseInt(left), Integer.parseInt(right))
        : left.compareTo(right);
  }
}
