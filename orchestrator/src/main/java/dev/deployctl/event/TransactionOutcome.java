package dev.deployctl.event;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The outcomes of a transaction on a host that this program knows; a newer host may know more. */
public enum TransactionOutcome {
  SUCCEEDED,
  /** There was nothing to do. */
  UNCHANGED,
  /** The release was started beside the live one, which is still live. */
  HELD,
  FAILED;

  /** Returns the name in events. */
  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether an event names this outcome. */
  public boolean is(@Nullable String outcome) {
    return jsonName().equals(outcome);
  }
}
