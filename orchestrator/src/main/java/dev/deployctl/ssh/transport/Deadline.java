package dev.deployctl.ssh.transport;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** Ends an attempt that takes too long. It can be paused while a person is asked. */
public final class Deadline implements AutoCloseable {
  /** Pauses the deadline until it is closed. */
  public interface Pause extends AutoCloseable {
    @Override
    void close();
  }

  private final Scheduler scheduler;
  private final Runnable expired;
  private long leftNanos;
  private long startedNanos;
  private @Nullable ScheduledFuture<?> timer;
  private boolean over;

  public Deadline(Scheduler scheduler, Duration time, Runnable expired) {
    this.scheduler = scheduler;
    this.expired = expired;
    leftNanos = time.toNanos();
    start();
  }

  private synchronized void start() {
    startedNanos = System.nanoTime();
    timer = scheduler.after(Duration.ofNanos(Math.max(0, leftNanos)), this::expire);
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

  public synchronized boolean isOver() {
    return over;
  }

  /** Pauses the deadline while something else is waited for. */
  public Pause pause() {
    stop();
    return this::start;
  }

  @Override
  public void close() {
    stop();
  }
}
