package dev.deployctl.gates;

import java.time.Duration;

/** The end of the time that a gate has for its answer. */
final class Deadline {
  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime() + limit.toNanos());
  }

  /** Returns the time left; zero or less at the end. */
  Duration left() {
    return Duration.ofNanos(end - System.nanoTime());
  }

  /** Waits before the next attempt. Returns false, at once, where no time is left for one. */
  boolean waits(Duration pause) throws InterruptedException {
    if (left().compareTo(pause) <= 0) {
      return false;
    }
    Thread.sleep(pause);
    return true;
  }
}
