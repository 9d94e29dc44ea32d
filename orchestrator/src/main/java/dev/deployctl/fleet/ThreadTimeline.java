package dev.deployctl.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Real time and one virtual thread an item. */
public final class ThreadTimeline implements Timeline {
  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  @Override
  public <T> void forEach(List<T> items, int parallelism, Task<T> task)
      throws InterruptedException {
    Semaphore places = new Semaphore(Math.max(1, parallelism));
    List<Future<?>> running = new ArrayList<>();
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (T item : items) {
        places.acquire();
        running.add(
            executor.submit(
                () -> {
                  try {
                    task.run(item);
                  } finally {
                    places.release();
                  }
                  return null;
                }));
      }
      join(running);
    } catch (InterruptedException interrupted) {
      executor.shutdownNow();
      throw interrupted;
    } finally {
      executor.close();
    }
  }

  @Override
  public Beat every(Duration period, Action action) {
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      Thread.sleep(period);
                      action.run();
                    }
                  } catch (InterruptedException closed) {
                    // The ordinary end.
                  }
                });
    return () -> {
      thread.interrupt();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static void join(List<Future<?>> running) throws InterruptedException {
    @Nullable Throwable first = null;
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (ExecutionException failed) {
        first = first == null ? failed.getCause() : first;
      }
    }
    switch (first) {
      case null -> {}
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      case InterruptedException interrupted -> throw interrupted;
      default -> throw new IllegalStateException(first);
    }
  }
}
