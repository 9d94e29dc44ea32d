package dev.deployctl.output.live;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Guesses how long a rollout still takes: from the batches that are through, and from the plan's
 * estimate as long as none is.
 */
final class Pace {
  private @Nullable Duration estimate;
  private @Nullable Instant first;
  private @Nullable Instant lastFinished;
  private int finished;
  private int of;

  void planned(@Nullable Duration known) {
    estimate = known;
  }

  void batchStarted(int batches, Instant now) {
    of = batches;
    if (first == null) {
      first = now;
    }
  }

  void batchFinished(Instant now) {
    finished++;
    lastFinished = now;
  }

  @Nullable Duration left(Instant now) {
    Instant start = first;
    Instant end = lastFinished;
    if (start == null) {
      return estimate;
    }
    if (end == null) {
      return estimate == null ? null : positive(estimate.minus(Duration.between(start, now)));
    }
    // Pauses between batches are in it, as they are in what is to come.
    Duration each = Duration.between(start, end).dividedBy(finished);
    return positive(each.multipliedBy(of - finished).minus(Duration.between(end, now)));
  }

  /** A guess that has run out says nothing any more. */
  private static @Nullable Duration positive(Duration left) {
    return left.isPositive() ? left : null;
  }
}
