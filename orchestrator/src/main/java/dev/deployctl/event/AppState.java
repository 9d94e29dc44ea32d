package dev.deployctl.event;

import java.util.Arrays;
import java.util.Locale;

/** The states of an app on a host, of the {@code status} event. */
public enum AppState {
  OK,
  DEGRADED,
  DOWN,
  /** Nothing is deployed. */
  NONE,
  /** A transaction runs. */
  BUSY,
  MAINTENANCE,
  STOPPED,
  /** A state that only a newer host knows. */
  OTHER;

  /** Returns the state that an event names. */
  public static AppState of(String name) {
    return Arrays.stream(values())
        .filter(state -> state != OTHER && state.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElse(OTHER);
  }

  /** Returns whether the app does not run as it is defined. */
  public boolean failed() {
    return this == DOWN || this == DEGRADED;
  }
}
