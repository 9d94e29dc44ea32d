package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.Durations;
import dev.deployctl.model.FailureKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs calls on separate threads. The SDK neither reacts to an interrupt nor has a deadline for
 * several pages; the caller does both, and abandons the call.
 */
public final class Calls {
  /** The result of one call: a value, or the exception it threw. */
  public sealed interface Ended<T> {
    record Value<T>(T value) implements Ended<T> {}

    record Failed<T>(Throwable cause) implements Ended<T> {}
  }

  /** A handful of threads, which start sooner than the scheduler of virtual ones. */
  private static final ThreadFactory DAEMONS = Thread.ofPlatform().daemon().factory();

  private Calls() {}

  /** Runs one call; throws the exception of the call. */
  public static <T> T one(Callable<T> call, Duration limit) {
    return switch (all(List.of(call), limit).getFirst()) {
      case Ended.Value<T>(T value) -> value;
      case Ended.Failed<T>(RuntimeException e) -> throw e;
      case Ended.Failed<T>(Error e) -> throw e;
      case Ended.Failed<T>(TimeoutException e) ->
          throw new DeployException(
              FailureKind.INVENTORY, "no answer within " + Durations.text(limit), "try again", e);
      case Ended.Failed<T>(Throwable e) -> throw new IllegalStateException(e);
    };
  }

  /** Runs all calls at once, and returns their results in the same order. */
  public static <T> List<Ended<T>> all(List<Callable<T>> calls, Duration limit) {
    // Not closed: closing would wait for calls that do not react to an interrupt.
    ExecutorService threads = Executors.newThreadPerTaskExecutor(DAEMONS);
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      List<Future<T>> futures = new ArrayList<>();
      calls.forEach(call -> futures.add(threads.submit(call)));
      List<Ended<T>> ended = new ArrayList<>();
      for (Future<T> future : futures) {
        ended.add(wait(future, deadline));
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeployException(
          FailureKind.INTERRUPTED,
          "interrupted during a query of AWS; nothing was touched",
          null,
          e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> Ended<T> wait(Future<T> future, long deadline) throws InterruptedException {
    try {
      return new Ended.Value<>(
          future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      return new Ended.Failed<>(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      return new Ended.Failed<>(e);
    }
  }
}
