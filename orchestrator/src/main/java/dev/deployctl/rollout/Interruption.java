package dev.deployctl.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

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
    pause(timeline, duration, () -> false);
  }

  /** Waits, but no longer once it is asked to stop or there is nothing left to wait for. */
  void pause(Timeline timeline, Duration duration, BooleanSupplier over)
      throws InterruptedException {
    Instant end = timeline.now().plus(duration);
    while (!requested && !over.getAsBoolean() && timeline.now().isBefore(end)) {
      Duration left = Duration.between(timeline.now(), end);
      timeline.sleep(left.compareTo(SLICE) < 0 ? left : SLICE);
    }
  }
}
