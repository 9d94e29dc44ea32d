package dev.deployctl.config;

import java.util.List;

/**
 * Commands to run on the workstation around a rollout, restart or rollback, each a list of words,
 * none for a shell.
 */
public record Hooks(
    List<List<String>> before, List<List<String>> after, List<List<String>> failed) {
  public Hooks {
    before = List.copyOf(before);
    after = List.copyOf(after);
    failed = List.copyOf(failed);
  }
}
