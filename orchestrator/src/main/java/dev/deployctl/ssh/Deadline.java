package dev.deployctl.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** Ends an attempt that takes too long. Time that a person takes does not count. */
final class Deadline implements AutoCloseable {
  /** Something that may have to wait for a person. */
  @FunctionalInterface
  interface Wait<T> {
    T get() throws IOException;
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

  <T> T suspended(Wait<T> wait) throws IOException {
    stop();
    try {
      return wait.get();
    } finally {
      start();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
