package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Behavior;
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

/** A lock that ends before its rollout: no more hosts are changed, and the outcome says so. */
class LostLockTest {
  /** One host, a pause of two minutes, then the others two at a time. */
  private static final RolloutSettings PAUSING =
      RolloutFixture.baking(settings("1", "2", 0), Duration.ZERO, Duration.ofMinutes(2));

  private static RolloutFixture six() {
    return RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
  }

  /** Alice is suspended in her first pause, and Bob completes a rollout in between. */
  private static Map<String, RolloutOutcome> aliceSleeps(RolloutFixture fixture, Duration length)
      throws Exception {
    Map<String, RolloutOutcome> outcomes = new HashMap<>();
    Suspendable alices = new Suspendable(fixture.timeline);
    alices.suspend(Duration.ofSeconds(30), length);
    fixture.timeline.play(
        () -> {
          fixture.timeline.forEach(
              List.of("alice", "bob"),
              2,
              who -> {
                if (who.equals("alice")) {
                  outcomes.put(
                      who, fixture.rollOut(fixture.hosts, PAUSING, fixture.events::add, alices));
                } else {
                  fixture.timeline.sleep(Duration.ofMinutes(4));
                  outcomes.put(
                      who, fixture.rollOut(fixture.hosts, settings("1", "5", 0), event -> {}));
                }
              });
          return null;
        });
    return outcomes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSleeperThatWakesChangesNothingMore(boolean oldScripts) throws Exception {
    RolloutFixture fixture = six();
    fixture.fleet.hosts.values().forEach(host -> host.oldScript = oldScripts);

    Map<String, RolloutOutcome> outcomes = aliceSleeps(fixture, Duration.ofMinutes(10));

    RolloutOutcome alice = Objects.requireNonNull(outcomes.get("alice"));
    RolloutOutcome bob = Objects.requireNonNull(outcomes.get("bob"));
    assertThat(bob.ending()).isEqualTo(Ending.DONE);
    assertThat(alice.ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(alice.exitCode()).isEqualTo(1);
    assertThat(alice.notes()).anyMatch(note -> note.startsWith("lock lost on web-0000"));
    assertThat(alice.hosts()).filteredOn(HostOutcome::changed).hasSize(1);
    assertThat(alice.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
    assertThat(fixture.hosts.subList(1, 6))
        .allSatisfy(
            host -> assertThat(fixture.fleet.of(host).servingRollout).isEqualTo(bob.id().value()));
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void aColleagueWhoIsStillAtItIsNotDisturbed() throws Exception {
    RolloutFixture fixture = six();
    // Alice wakes while Bob's rollout runs.
    Map<String, RolloutOutcome> outcomes =
        aliceSleeps(fixture, Duration.ofMinutes(4).minusSeconds(15));
    assertThat(Objects.requireNonNull(outcomes.get("alice")).ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(Objects.requireNonNull(outcomes.get("bob")).ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(host -> assertThat(host.begun).isEqualTo(1));
  }

  @Test
  void aShortSleepIsNoLoss() throws Exception {
    RolloutFixture fixture = six();
    Suspendable alices = new Suspendable(fixture.timeline);
    alices.suspend(Duration.ofSeconds(30), Duration.ofSeconds(40));
    RolloutOutcome outcome =
        fixture.timeline.play(
            () -> fixture.rollOut(fixture.hosts, PAUSING, fixture.events::add, alices));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void aLockThatSomebodyEndsEndsTheRolloutAndThePauseBeforeTheNextBatch() throws Exception {
    RolloutFixture fixture = six();
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.Paused) {
            fixture.host(6).lock = null;
          }
        };
    RolloutOutcome outcome = fixture.rollOut(PAUSING);
    assertThat(outcome.ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(fixture.timeline.elapsed()).isLessThan(Duration.ofMinutes(1));
    assertThat(outcome.hosts()).filteredOn(HostOutcome::changed).hasSize(1);
  }

  @Test
  void nothingIsRolledBackOnceTheLockIsLost() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE, Behavior.GOOD, Behavior.GOOD);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.BudgetSpent) {
            fixture.fleet.hosts.values().forEach(host -> host.lock = null);
            fixture.timeline.sleep(Duration.ofSeconds(40));
          }
        };
    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("1", "1", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.LOCK_LOST);
    assertThat(fixture.host(1).undone).isZero();
    assertThat(outcome.hosts()).filteredOn(HostOutcome.RollbackFailed.class::isInstance).isEmpty();
  }

  @Test
  void aHostThatWasUnreachableUntilItsLockEndedFailsAlone() throws Exception {
    RolloutFixture fixture = six();
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.Paused && fixture.host(6).backAt == null) {
            fixture.host(6).backAt = fixture.timeline.now().plus(Duration.ofMinutes(3));
          }
        };
    RolloutOutcome outcome =
        fixture.rollOut(
            RolloutFixture.baking(settings("1", "2", 1), Duration.ZERO, Duration.ofMinutes(2)));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.hosts()).filteredOn(HostOutcome::changed).hasSize(5);
    assertThat(fixture.host(6).begun).as("others may have changed it").isZero();
  }

  @Test
  void aHostThatCouldNotBeLockedIsLockedBeforeItsTurn() throws Exception {
    RolloutFixture fixture = six();
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.LOCK) {
            fixture.host(6).backAt = fixture.timeline.now().plus(Duration.ofSeconds(10));
          }
        };
    RolloutOutcome outcome = fixture.rollOut(PAUSING);
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
    assertThat(fixture.host(6).begun).isEqualTo(1);
    assertThat(fixture.host(6).lock).isNull();
  }

  @Test
  void aRollbackThatSleptTakesNothingMoreBack() throws Exception {
    RolloutFixture fixture = six();
    fixture.rollOut(settings("1", "5", 0));
    RolloutFixture later = fixture.afresh();
    Suspendable alices = new Suspendable(fixture.timeline);
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
    RolloutFixture fixture =
        RolloutFixture.of(
            Behavior.GOOD,
            Behavior.BROKEN_RELEASE,
            Behavior.BROKEN_RELEASE,
            Behavior.BROKEN_RELEASE,
            Behavior.COMES_BACK);

    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("1", "2", 2), OnFailure.ROLLBACK, 0));

    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(outcome.hosts().getLast()).isInstanceOf(HostOutcome.RolledBack.class);
    assertThat(fixture.host(5).serving).isNotEqualTo(SimulatedFleet.WANTED);
  }
}
