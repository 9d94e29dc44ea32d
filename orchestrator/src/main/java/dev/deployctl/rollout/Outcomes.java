package dev.deployctl.rollout;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns results of calls into outcomes of a rollout. */
final class Outcomes {
  private Outcomes() {}

  /** Returns the outcome of a host that gave no answer. */
  static HostOutcome.Unreachable unreachable(
      HostResult.Unreachable result, @Nullable Release serving) {
    return new HostOutcome.Unreachable(result.host(), serving, result.reason(), result.hint());
  }

  /** Returns the outcome of a host that refused before its transaction started. */
  static HostOutcome.Failed refused(
      HostResult.Refused result, @Nullable Release serving, Step step) {
    return new HostOutcome.Failed(
        result.host(), serving, null, step, result.error(), false, Duration.ZERO);
  }
}
