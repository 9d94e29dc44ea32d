package dev.deployctl.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Time and concurrency, as the engine sees them: everything that waits or runs side by side goes
 * through here, so that a simulated fleet can play a rollout of hours in a moment, and the same way
 * each time.
 */
public interface Timeline {
  Instant now();

  void sleep(Duration duration) throws InterruptedException;

  /**
   * Runs the task for each item, started in the order of the list, at most {@code parallelism} at
   * once. Returns when all have ended. A task that throws does not stop the others; the first such
   * exception is thrown in the end.
   */
  <T> void forEach(List<T> items, int parallelism, Task<T> task) throws InterruptedException;

  /**
   * Does something again and again, a period apart, until the handle is closed. Closing waits for a
   * beat that is under way.
   */
  Beat every(Duration period, Action action);

  /** Work that is done at each beat. */
  interface Action {
    void run() throws InterruptedException;
  }

  /** Something that goes on until it is closed. */
  interface Beat extends AutoCloseable {
    @Override
    void close();
  }

  /** Work that is done with one item. */
  interface Task<T> {
    void run(T item) throws InterruptedException;
  }
}
