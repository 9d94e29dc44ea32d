package dev.deployctl.rollout;

import dev.deployctl.rollout.outcome.HostOutcome;

/**
 * The failures that a rollout tolerates, counted over the whole of it: hosts that were never
 * reached and hosts that fell silent count like those that said no. Thread-safe.
 */
final class FailureBudget {
  private final int limit;
  private int failures;

  FailureBudget(int limit) {
    this.limit = limit;
  }

  /** Counts one host; says whether this very host spent the budget. */
  synchronized boolean count(HostOutcome outcome) {
    if (!outcome.failure()) {
      return false;
    }
    failures++;
    return failures == limit + 1;
  }

  synchronized boolean spent() {
    return failures > limit;
  }

  synchronized int failures() {
    return failures;
  }

  int limit() {
    return limit;
  }
}
