package dev.deployctl.ui;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A page that is made again when it is asked for and the last one is old. However many ask, the
 * hosts are asked once at a time.
 */
final class Watched {
  /** The time for which an answer counts as new. */
  static final Duration FRESH = Duration.ofSeconds(4);

  private final Callable<String> source;
  private final ExecutorService threads;
  private final Clock clock;
  private @Nullable CompletableFuture<String> running;
  private @Nullable String last;
  private Instant made = Instant.EPOCH;

  Watched(Callable<String> source, ExecutorService threads, Clock clock) {
    this.source = source;
    this.threads = threads;
    this.clock = clock;
  }

  /** Returns the page, null where it takes longer than this to make the first one. */
  @Nullable String within(Duration limit) throws InterruptedException {
    CompletableFuture<String> coming;
    synchronized (this) {
      if (last != null && Duration.between(made, clock.instant()).compareTo(FRESH) < 0) {
        return last;
      }
      coming = coming();
    }
    try {
      return coming.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      synchronized (this) {
        return last;
      }
    } catch (java.util.concurrent.ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    }
  }

  private CompletableFuture<String> coming() {
    CompletableFuture<String> now = running;
    if (now == null) {
      now = new CompletableFuture<>();
      running = now;
      CompletableFuture<String> result = now;
      threads.execute(() -> make(result));
    }
    return now;
  }

  private void make(CompletableFuture<String> result) {
    try {
      String page = source.call();
      synchronized (this) {
        last = page;
        made = clock.instant();
        running = null;
      }
      result.complete(page);
    } catch (Exception failed) {
      if (failed instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      synchronized (this) {
        running = null;
      }
      result.completeExceptionally(failed);
    }
  }
}
