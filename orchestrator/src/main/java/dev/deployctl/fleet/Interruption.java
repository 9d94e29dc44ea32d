package dev.deployctl.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The user's request to stop, by Ctrl-C or a signal. While hosts change, what runs finishes and no
 * more is started; before and after that, what runs ends at once.
 */
public final class Interruption {
  private static final Duration SLICE = Duration.ofMillis(200);

  private volatile boolean requested;
  private @Nullable Thread cancellable;
  private boolean cancelled;

  /**
   * A part of a command.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Part<T> {
    T run() throws InterruptedException;
  }

  /** A part of a command without a result. */
  @FunctionalInterface
  public interface Step {
    void run() throws InterruptedException;
  }

  /** Requests a stop. Returns true when that has ended, at once, what was running. */
  public synchronized boolean request() {
    requested = true;
    if (cancellable == null) {
      return false;
    }
    cancelled = true;
    cancellable.interrupt();
    return true;
  }

  public boolean requested() {
    return requested;
  }

  /**
   * Runs a part before anything is changed. A request ends it at once; after an earlier request it
   * does not begin.
   *
   * @throws InterruptedException when a stop was requested: nothing was changed
   */
  public <T> T beforeChanges(Part<T> part) throws InterruptedException {
    if (requested) {
      throw new InterruptedException();
    }
    return cancellable(part);
  }

  /**
   * Runs a part after the last change. A request that comes from now on ends it at once.
   *
   * @throws InterruptedException when a stop was requested during the call
   */
  public void afterChanges(Step step) throws InterruptedException {
    boolean _ =
        cancellable(
            () -> {
              step.run();
              return true;
            });
  }

  private <T> T cancellable(Part<T> part) throws InterruptedException {
    begin();
    T result;
    try {
      result = part.run();
    } catch (InterruptedException | RuntimeException failed) {
      end();
      throw failed;
    }
    if (end()) {
      throw new InterruptedException();
    }
    return result;
  }

  private synchronized void begin() {
    cancelled = false;
    cancellable = Thread.currentThread();
  }

  /** Returns true when the part was cancelled; no interrupt is left on the thread. */
  private synchronized boolean end() {
    cancellable = null;
    if (cancelled) {
      boolean _ = Thread.interrupted();
    }
    return cancelled;
  }

  /** Waits, but no longer once it is asked to stop. */
  public void pause(Timeline timeline, Duration duration) throws InterruptedException {
    pause(timeline, duration, () -> false);
  }

  /** Waits, but no longer once it is asked to stop or there is nothing left to wait for. */
  public void pause(Timeline timeline, Duration duration, BooleanSupplier over)
      throws InterruptedException {
    Instant end = timeline.now().plus(duration);
    while (!requested && !over.getAsBoolean() && timeline.now().isBefore(end)) {
      Duration left = Duration.between(timeline.now(), end);
      timeline.sleep(left.compareTo(SLICE) < 0 ? left : SLICE);
    }
  }
}
