package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.List;

/** Lists of algorithms as ssh_config writes them: names, patterns, and +, - or ^ before them. */
public final class AlgorithmList {
  private AlgorithmList() {}

  /** Refuses names that OpenSSH does not know. */
  static void check(String keyword, String list, List<String> known, boolean patterns)
      throws BadConfig {
    if (list.startsWith("-")) {
      return;
    }
    for (String name : names(list)) {
      boolean ok =
          (patterns && Patterns.isPattern(name))
              ? known.stream().anyMatch(algorithm -> Patterns.matches(algorithm, name))
              : known.contains(name);
      if (!ok) {
        throw new BadConfig(keyword + " names '" + name + "', which is no such algorithm");
      }
    }
  }

  private static List<String> names(String list) {
    String bare = list.startsWith("+") || list.startsWith("^") ? list.substring(1) : list;
    return List.of(bare.split(",", -1));
  }

  /**
   * The algorithms that a list stands for.
   *
   * @param list empty for the default
   * @param defaults what is used without a list, in order
   * @param all what can be asked for
   */
  public static List<String> resolve(String list, List<String> defaults, List<String> all) {
    if (list.isEmpty()) {
      return defaults;
    }
    if (list.startsWith("-")) {
      String removed = list.substring(1);
      return defaults.stream()
          .filter(name -> Patterns.list(name, removed) == Patterns.Match.NO)
          .toList();
    }
    List<String> wanted = new ArrayList<>();
    if (list.startsWith("+")) {
      wanted.addAll(defaults);
    }
    wanted.addAll(names(list));
    if (list.startsWith("^")) {
      wanted.addAll(defaults);
    }
    return wanted.stream()
        .flatMap(pattern -> all.stream().filter(name -> Patterns.matches(name, pattern)))
        .distinct()
        .toList();
  }
}
