package dev.deployctl.rollout;

import dev.deployctl.fleet.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Simulated time: exactly one thread runs at a time, and when it sleeps, the one that wakes next
 * goes on. So a rollout has the same order of events each time, and hours take milliseconds.
 */
public final class SimulatedTimeline implements Timeline {
  private static final Instant START = Instant.parse("2026-11-23T03:00:00Z");

  private final PriorityQueue<Sleeper> sleepers = new PriorityQueue<>();
  private Instant now = START;
  private long sequence;

  private record Sleeper(Instant wake, long sequence, Semaphore baton)
      implements Comparable<Sleeper> {
    @Override
    public int compareTo(Sleeper other) {
      int byTime = wake.compareTo(other.wake);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  /** Runs a task as the first thread of the simulation. */
  public <T> T play(Callable<T> fixture) throws Exception {
    return fixture.call();
  }

  Duration elapsed() {
    return Duration.between(START, now());
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    Semaphore baton = new Semaphore(0);
    enqueue(duration, baton);
    passOn();
    baton.acquireUninterruptibly();
  }

  private synchronized Sleeper enqueue(Duration duration, Semaphore baton) {
    Sleeper sleeper = new Sleeper(now.plus(duration), sequence++, baton);
    sleepers.add(sleeper);
    return sleeper;
  }

  /** Lets the next thread run; the caller must then wait, or end. */
  private synchronized void passOn() {
    Sleeper next = sleepers.poll();
    if (next == null) {
      throw new IllegalStateException("every thread of the simulation waits for another");
    }
    now = next.wake();
    next.baton().release();
  }

  @Override
  public <T> void forEach(List<T> items, int parallelism, Task<T> task)
      throws InterruptedException {
    if (items.isEmpty()) {
      return;
    }
    Group<T> group = new Group<>(items, task);
    for (int i = 0; i < Math.min(parallelism, items.size()); i++) {
      group.startNext();
    }
    passOn();
    group.done.acquireUninterruptibly();
    if (group.failure != null) {
      throw group.failure;
    }
  }

  /** Starts threads together; the caller sleeps until the last has ended. */
  private final class Group<T> {
    private final Deque<T> waiting;
    private final Task<T> task;
    private final Semaphore done = new Semaphore(0);
    private int left;
    private @Nullable RuntimeException failure;

    Group(List<T> items, Task<T> task) {
      this.waiting = new ArrayDeque<>(items);
      this.task = task;
      this.left = items.size();
    }

    void startNext() {
      T item = waiting.poll();
      if (item == null) {
        return;
      }
      Semaphore baton = new Semaphore(0);
      enqueue(Duration.ZERO, baton);
      Thread.ofVirtual()
          .start(
              () -> {
                baton.acquireUninterruptibly();
                try {
                  task.run(item);
                } catch (RuntimeException unexpected) {
                  failure = unexpected;
                } catch (InterruptedException impossible) {
                  failure = new IllegalStateException(impossible);
                }
                left--;
                startNext();
                if (left == 0) {
                  enqueue(Duration.ZERO, done);
                }
                passOn();
              });
    }
  }

  @Override
  public Beat every(Duration period, Action action) {
    SimulatedBeat beat = new SimulatedBeat(period, action);

    beat.start();
    return beat;
  }

  private final class SimulatedBeat implements Beat {
    private final Duration period;
    private final Action action;
    private final Semaphore ended = new Semaphore(0);
    private boolean closed;
    private @Nullable Sleeper resting;

    SimulatedBeat(Duration period, Action action) {
      this.period = period;
      this.action = action;
    }

    void start() {
      Semaphore baton = new Semaphore(0);
      resting = enqueue(period, baton);
      Thread.ofVirtual()
          .start(
              () -> {
                baton.acquireUninterruptibly();
                while (!closed) {
                  resting = null;
                  try {
                    action.run();
                  } catch (InterruptedException impossible) {
                    throw new IllegalStateException(impossible);
                  }
                  if (!closed) {
                    Semaphore again = new Semaphore(0);
                    resting = enqueue(period, again);
                    passOn();
                    again.acquireUninterruptibly();
                  }
                }
                enqueue(Duration.ZERO, ended);
                passOn();
              });
    }

    @Override
    public void close() {
      closed = true;
      Sleeper asleep = resting;
      if (asleep != null) {
        synchronized (SimulatedTimeline.this) {
          sleepers.remove(asleep);
          sleepers.add(new Sleeper(now, sequence++, asleep.baton()));
        }
      }
      passOn();
      ended.acquireUninterruptibly();
    }
  }
}
