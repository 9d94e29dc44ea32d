package dev.deployctl.rollout;

import dev.deployctl.fleet.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The clock of one program that can be suspended (SIGSTOP, a closed laptop) while the others go on:
 * none of its threads runs before it is resumed.
 */
final class Suspendable implements Timeline {
  private final SimulatedTimeline world;
  private Instant from = Instant.MAX;
  private Instant until = Instant.MIN;

  Suspendable(SimulatedTimeline world) {
    this.world = world;
  }

  /** Suspends this program at a time. */
  void suspend(Duration in, Duration length) {
    from = world.now().plus(in);
    until = from.plus(length);
  }

  private void standStill() {
    Instant now = world.now();
    if (!now.isBefore(from) && now.isBefore(until)) {
      world.sleep(Duration.between(now, until));
    }
  }

  @Override
  public Instant now() {
    return world.now();
  }

  @Override
  public void sleep(Duration duration) {
    world.sleep(duration);
    standStill();
  }

  @Override
  public <T> void forEach(List<T> items, int parallelism, Task<T> task)
      throws InterruptedException {
    world.forEach(
        items,
        parallelism,
        item -> {
          standStill();
          task.run(item);
        });
    standStill();
  }

  @Override
  public Beat every(Duration period, Action action) {
    return world.every(
        period,
        () -> {
          standStill();
          action.run();
        });
  }
}
