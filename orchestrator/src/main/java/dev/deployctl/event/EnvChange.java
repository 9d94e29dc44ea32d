package dev.deployctl.event;

import java.util.List;

/** The names, never the values, of env variables that differ from those of the live release. */
public record EnvChange(List<String> added, List<String> removed, List<String> changed) {
  public EnvChange {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }
}
