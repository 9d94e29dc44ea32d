package dev.deployctl.fleet;

import java.util.List;

/** Names in one line: all of a few, the first of many. */
public final class FirstNames {
  private FirstNames() {}

  /**
   * Returns the first names, and the number of the others.
   *
   * @param limit how many are named
   */
  public static String of(List<String> names, int limit) {
    int more = names.size() - limit;
    return more <= 0
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, limit)) + " and " + more + " more";
  }
}
