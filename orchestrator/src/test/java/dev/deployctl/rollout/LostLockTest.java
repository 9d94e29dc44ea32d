package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Temper;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lock that ends before its rollout does: nothing more is changed, and that is said. */
class LostLockTest {
  /** One host, a pause of two minutes, then the others two by two. */
  private static final RolloutSettings PAUSING =
      Scene.baking(settings("1", "2", 0), Duration.ZERO, Duration.ofMinutes(2));

  private static Scene six() {
    return Scene.of(Collections.nCopies(6, Temper.GOOD));
  }

  /** Alice is suspended in her first pause, and Bob rolls out and ends meanwhile. */
  private static Map<String, RolloutOutcome> aliceSleeps(Scene scene, Duration length)
      throws Exception {
    Map<String, RolloutOutcome> outcomes = new HashMap<>();
    Suspendable alices = new Suspendable(scene.timeline);
    alices.suspend(Duration.ofSeconds(30), length);
    scene.timeline.play(
        () -> {
          scene.timeline.forEach(
              List.of("alice", "bob"),
              2,
              who -> {
                if (who.equals("alice")) {
                  outcomes.put(who, scene.rollOut(scene.hosts, PAUSING, scene.told::add, alices));
                } else {
                  scene.timeline.sleep(Duration.ofMinutes(4));
                  outcomes.put(who, scene.rollOut(scene.hosts, settings("1", "5", 0), event -> {}));
                }
              });
          return null;
        });
    return outcomes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSleeperThatWakesChangesNothingMore(boolean oldScripts) throws Exception {
    Scene scene = six();
    scene.fleet.hosts.values().forEach(host -> host.oldScript = oldScripts);

    Map<String, RolloutOutcome> outcomes = aliceSleeps(scene, Duration.ofMinutes(10));

    RolloutOutcome alice = Objects.requireNonNull(outcomes.get("alice"));
    RolloutOutcome bob = Objects.requireNonNull(outcomes.get("bob"));
    assertThat(bob.ending()).isEqualTo(Ending.DONE);
    assertThat(alice.ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(alice.exitCode()).isEqualTo(1);
    assertThat(alice.notes()).anyMatch(note -> note.startsWith("lock lost on web-0000"));
    assertThat(alice.hosts()).filteredOn(HostOutcome::changed).hasSize(1);
    assertThat(alice.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
    assertThat(scene.hosts.subList(1, 6))
        .allSatisfy(
            host -> assertThat(scene.fleet.of(host).servingRollout).isEqualTo(bob.id().value()));
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void aColleagueWhoIsStillAtItIsNotDisturbed() throws Exception {
    Scene scene = six();
    // Alice wakes while Bob's rollout is under way.
    Map<String, RolloutOutcome> outcomes =
        aliceSleeps(scene, Duration.ofMinutes(4).minusSeconds(15));
    assertThat(Objects.requireNonNull(outcomes.get("alice")).ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(Objects.requireNonNull(outcomes.get("bob")).ending()).isEqualTo(Ending.DONE);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.begun).isEqualTo(1));
  }

  @Test
  void aShortSleepIsNoLoss() throws Exception {
    Scene scene = six();
    Suspendable alices = new Suspendable(scene.timeline);
    alices.suspend(Duration.ofSeconds(30), Duration.ofSeconds(40));
    RolloutOutcome outcome =
        scene.timeline.play(() -> scene.rollOut(scene.hosts, PAUSING, scene.told::add, alices));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void aLockThatSomebodyEndsEndsTheRolloutAndThePauseBeforeTheNextBatch() throws Exception {
    Scene scene = six();
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.Paused) {
            scene.host(6).lock = null;
          }
        };
    RolloutOutcome outcome = scene.rollOut(PAUSING);
    assertThat(outcome.ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(scene.timeline.elapsed()).isLessThan(Duration.ofMinutes(1));
    assertThat(outcome.hosts()).filteredOn(HostOutcome::changed).hasSize(1);
  }

  @Test
  void nothingIsRolledBackOnceTheLockIsLost() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.BROKEN_RELEASE, Temper.GOOD, Temper.GOOD);
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.BudgetSpent) {
            scene.fleet.hosts.values().forEach(host -> host.lock = null);
            scene.timeline.sleep(Duration.ofSeconds(40));
          }
        };
    RolloutOutcome outcome =
        scene.rollOut(Scene.with(settings("1", "1", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(scene.host(1).undone).isZero();
    assertThat(outcome.hosts()).filteredOn(HostOutcome.RollbackFailed.class::isInstance).isEmpty();
  }

  @Test
  void aHostThatWasUnreachableUntilItsLockEndedFailsAlone() throws Exception {
    Scene scene = six();
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.Paused && scene.host(6).backAt == null) {
            scene.host(6).backAt = scene.timeline.now().plus(Duration.ofMinutes(3));
          }
        };
    RolloutOutcome outcome =
        scene.rollOut(Scene.baking(settings("1", "2", 1), Duration.ZERO, Duration.ofMinutes(2)));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.hosts()).filteredOn(HostOutcome::changed).hasSize(5);
    assertThat(scene.host(6).begun).as("others may have changed it").isZero();
  }

  @Test
  void aHostThatCouldNotBeLockedIsLockedBeforeItsTurn() throws Exception {
    Scene scene = six();
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.LOCK) {
            scene.host(6).backAt = scene.timeline.now().plus(Duration.ofSeconds(10));
          }
        };
    RolloutOutcome outcome = scene.rollOut(PAUSING);
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
    assertThat(scene.host(6).begun).isEqualTo(1);
    assertThat(scene.host(6).lock).isNull();
  }

  @Test
  void aRollbackThatSleptTakesNothingMoreBack() throws Exception {
    Scene scene = six();
    scene.rollOut(settings("1", "5", 0));
    Scene later = scene.afresh();
    Suspendable alices = new Suspendable(scene.timeline);
    alices.suspend(Duration.ofSeconds(3), Duration.ofMinutes(10));
    RolloutOutcome outcome = later.rollBack(null, 1, alices);
    assertThat(outcome.ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.hosts())
        .filteredOn(HostOutcome.Untouched.class::isInstance)
        .as("the one that was under way ends")
        .hasSize(4);
    assertThat(outcome.notes()).anyMatch(note -> note.startsWith("lock lost on "));
  }

  @Test
  void aHostThatComesBackAfterItsLeaseEndedIsRolledBackAllTheSame() throws Exception {
    Scene scene =
        Scene.of(
            Temper.GOOD,
            Temper.BROKEN_RELEASE,
            Temper.BROKEN_RELEASE,
            Temper.BROKEN_RELEASE,
            Temper.COMES_BACK);

    RolloutOutcome outcome =
        scene.rollOut(Scene.with(settings("1", "2", 2), OnFailure.ROLLBACK, 0));

    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(outcome.hosts().getLast()).isInstanceOf(HostOutcome.RolledBack.class);
    assertThat(scene.host(5).serving).isNotEqualTo(SimulatedFleet.WANTED);
  }
}
