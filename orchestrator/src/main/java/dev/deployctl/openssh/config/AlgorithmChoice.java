package dev.deployctl.openssh.config;

import java.util.List;

/** What a list of algorithms in ssh_config makes of those a program has. */
public final class AlgorithmChoice {
  private AlgorithmChoice() {}

  /**
   * Applies a list.
   *
   * @param list as it stands in ssh_config, with +, - or ^ before it; empty for none
   * @param defaults what the program offers where the list does not say otherwise, in its own order
   * @param offered all that the program has
   */
  public static List<String> of(String list, List<String> defaults, List<String> offered) {
    return AlgorithmList.resolve(list, defaults, offered);
  }
}
