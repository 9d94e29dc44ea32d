package dev.deployctl.event;

import java.util.List;

/** Names of env variables that change, against the release that is live. Never a value. */
public record EnvChange(List<String> added, List<String> removed, List<String> changed) {
  public EnvChange {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }
}
