package dev.deployctl.rollout;

import java.time.Duration;
import java.time.Instant;

/** Ctrl-C, as the engine sees it: once asked to stop, it finishes what runs and starts no more. */
public final class Interruption {
  private static final Duration SLICE = Duration.ofMillis(200);

  private volatile boolean requested;

  public void request() {
    requested = true;
  }

  public boolean requested() {
    return requested;
  }

  /** Waits, but no longer once it is asked to stop. */
  void pause(Timeline timeline, Duration duration) throws InterruptedException {
    Instant end = timeline.now().plus(duration);
    while (!requested && timeline.now().isBefore(end)) {
      Duration left = Duration.between(timeline.now(), end);
      timeline.sleep(left.compareTo(SLICE) < 0 ? left : SLICE);
    }
  }
}
