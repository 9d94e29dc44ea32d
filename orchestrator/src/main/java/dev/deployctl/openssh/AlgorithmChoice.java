package dev.deployctl.openssh;

import java.util.List;

/** What a list of algorithms in ssh_config makes of those a program has. */
public final class AlgorithmChoice {
  private AlgorithmChoice() {}

  /**
   * Applies a list.
   *
   * @param list as it stands in ssh_config, with +, - or ^ before it; empty for none
   * @param offered what the program has, in its own order
   */
  public static List<String> of(String list, List<String> offered) {
    return AlgorithmList.resolve(list, offered, offered);
  }
}
