package dev.deployctl.rollout;

import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.time.Duration;

/** Words for one who waits for somebody else's lock. */
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
