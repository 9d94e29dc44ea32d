package dev.deployctl.rollout;

import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.time.Duration;

/** Messages about a lock that somebody else holds. */
final class LockWait {
  private LockWait() {}

  /** Who holds what, as the host says it, and how long this waits for it. */
  static String text(RolloutOutcome outcome, Duration left) {
    String who =
        outcome.hosts().stream()
            .filter(host -> host instanceof HostOutcome.Failed)
            .map(host -> host.host().name() + ": " + ((HostOutcome.Failed) host).error().message())
            .findFirst()
            .orElse("somebody else holds the app");
    return who + "; waiting for up to " + Math.max(1, left.toSeconds()) + " s";
  }
}
