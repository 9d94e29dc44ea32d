package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.rollout.SimulatedHost.Temper;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A rollout is taken back from what the hosts know. */
class RollbackEngineTest {
  @Test
  void takesBackTheLastRolloutOnExactlyTheHostsThatItChanged() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.BROKEN_RELEASE, Temper.GOOD);
    RolloutOutcome rollout = scene.rollOut(settings("0", "3", 1));
    assertThat(rollout.hosts()).filteredOn(HostOutcome::changed).hasSize(2);
    RolloutOutcome back = scene.rollBack(null, 8);
    assertThat(back.ending()).isEqualTo(Ending.DONE);
    assertThat(back.exitCode()).isZero();
    assertThat(back.undone()).isEqualTo(rollout.id());
    assertThat(undone(scene)).containsExactly(1, 0, 1);
    assertFreeAndBack(scene);
  }

  @Test
  void interruptionFinishesWhatRunsBeginsNoMoreAndFreesTheLock() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    RolloutOutcome rollout = scene.rollOut(settings("0", "6", 0));
    AtomicInteger begun = new AtomicInteger();
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted && begun.incrementAndGet() == 2) {
            scene.interruption.request();
          }
        };
    RolloutOutcome back = scene.rollBack(null, 2);
    assertThat(back.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(back.exitCode()).isEqualTo(130);
    assertThat(undone(scene)).containsExactly(1, 1, 0, 0, 0, 0);
    assertThat(back.hosts()).filteredOn(HostOutcome.RolledBack.class::isInstance).hasSize(2);
    assertThat(back.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(4);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());

    // The rest, by the rollout's own name: the last change was a rollback.
    Scene rest = scene.afresh();
    RolloutOutcome again = rest.rollBack(rollout.id(), 2);
    assertThat(again.exitCode()).isZero();
    assertThat(undone(rest)).containsExactly(1, 1, 1, 1, 1, 1);
    assertFreeAndBack(rest);
  }

  @Test
  void interruptionBeforeItBeginsTouchesNothing() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.rollOut(settings("0", "2", 0));
    scene.interruption.request();
    RolloutOutcome back = scene.rollBack(null, 2);
    assertThat(back.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(undone(scene)).containsExactly(0, 0);
    assertThat(back.hosts()).allMatch(HostOutcome.Untouched.class::isInstance);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void hostThatWasTerminatedMeanwhileIsGoneAndNoFailure() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.rollOut(settings("0", "2", 0));
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted started
              && started.host().name().equals("web-00001")) {
            scene.host(1).backAt = java.time.Instant.MAX;
          }
        };
    scene.hostsNow = () -> scene.hosts.subList(1, 2);
    RolloutOutcome back = scene.rollBack(null, 8);
    assertThat(back.exitCode()).isZero();
    assertThat(back.hosts().getFirst()).isInstanceOf(HostOutcome.Gone.class);
    assertThat(back.hosts().getLast()).isInstanceOf(HostOutcome.RolledBack.class);
  }

  private static List<Integer> undone(Scene scene) {
    return scene.fleet.hosts.values().stream().map(host -> host.undone).toList();
  }

  private static void assertFreeAndBack(Scene scene) {
    assertThat(scene.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.serving).isNotEqualTo(SimulatedFleet.WANTED);
              assertThat(host.lock).isNull();
            });
  }
}
