package dev.deployctl.ssh;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** Ends an attempt that takes too long. Time that a person takes does not count. */
final class Deadline implements AutoCloseable {
  /** As long as it is open, the deadline stands still. */
  interface Pause extends AutoCloseable {
    @Override
    void close();
  }

  private final Clock clock;
  private final Runnable expired;
  private long leftNanos;
  private long startedNanos;
  private @Nullable ScheduledFuture<?> timer;
  private boolean over;

  Deadline(Clock clock, Duration time, Runnable expired) {
    this.clock = clock;
    this.expired = expired;
    leftNanos = time.toNanos();
    start();
  }

  private synchronized void start() {
    startedNanos = System.nanoTime();
    timer = clock.after(Duration.ofNanos(Math.max(0, leftNanos)), this::expire);
  }

  private synchronized void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
    leftNanos -= System.nanoTime() - startedNanos;
  }

  private void expire() {
    synchronized (this) {
      over = true;
    }
    expired.run();
  }

  synchronized boolean isOver() {
    return over;
  }

  /** Stops the deadline while somebody else is waited for. */
  Pause pause() {
    stop();
    return this::start;
  }

  @Override
  public void close() {
    stop();
  }
}
