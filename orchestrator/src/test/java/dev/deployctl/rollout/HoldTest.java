package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.OutcomeKind;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A release that is held on the first batch, promoted or abandoned. */
final class HoldTest {
  private static List<OutcomeKind> kinds(RolloutOutcome outcome) {
    return outcome.hosts().stream().map(HostOutcome::kind).toList();
  }

  private static void assertUnlocked(RolloutFixture fixture) {
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(host -> assertThat(host.lock).as("lock").isNull());
  }

  private static void assertNothingSwitched(RolloutFixture fixture) {
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(host -> assertThat(host.serving).isNotEqualTo(SimulatedFleet.WANTED));
  }

  @Test
  void holdPullsOnAllHostsAndStartsTheCanaryAlone() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("1", "2", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.HELD);
    assertThat(outcome.exitCode()).isZero();
    assertThat(kinds(outcome))
        .containsExactly(OutcomeKind.HELD, OutcomeKind.UNTOUCHED, OutcomeKind.UNTOUCHED);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.pulls).isOne());
    assertNothingSwitched(fixture);
    assertUnlocked(fixture);
  }

  @Test
  void holdWithoutACanaryTakesTheFirstBatch() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("0", "2", 0));

    assertThat(kinds(outcome))
        .containsExactly(OutcomeKind.HELD, OutcomeKind.HELD, OutcomeKind.UNTOUCHED);
  }

  @Test
  void releaseCommandRunsOnceBeforeTheHoldAndForItsRolloutAtThePromote() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(1).migration.define();
    fixture.host(2).migration.define();

    RolloutOutcome held = fixture.hold(RolloutFixture.settings("1", "1", 0));
    RolloutOutcome promoted = fixture.promote(RolloutFixture.settings("1", "1", 0));

    assertThat(promoted.ending()).isEqualTo(Ending.DONE);
    assertThat(promoted.id()).isNotEqualTo(held.id());
    assertThat(fixture.host(1).migration.starts).isOne();
    assertThat(fixture.host(1).migration.rollout).isEqualTo(held.id().value());
    assertThat(fixture.host(2).migration.starts).isZero();
  }

  @Test
  void heldReleaseIsFollowedOverALostConnection() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.LOSES_CONNECTION, Behavior.GOOD);

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.HELD);
    assertThat(((HostOutcome.Held) outcome.hosts().getFirst()).until())
        .isEqualTo("2026-11-23T04:00:00.000Z");
    assertThat(fixture.host(1).begun).isOne();
  }

  @Test
  void overTheBudgetNothingStaysHeld() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE, Behavior.GOOD);

    RolloutOutcome outcome =
        fixture.hold(RolloutFixture.with(RolloutFixture.settings("2", "1", 0), OnFailure.STOP, 0));

    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(kinds(outcome))
        .containsExactly(OutcomeKind.UNTOUCHED, OutcomeKind.FAILED, OutcomeKind.UNTOUCHED);
    assertThat(fixture.host(1).abandoned).isOne();
    assertThat(fixture.host(1).held).isNull();
    assertUnlocked(fixture);
  }

  @Test
  void aHostThatCannotRemoveItIsStillHeldAndNamed() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE);
    fixture.host(1).keepsHeld = true;

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("2", "1", 0));

    assertThat(kinds(outcome)).containsExactly(OutcomeKind.HELD, OutcomeKind.FAILED);
    assertThat(outcome.notes()).contains("web-00001 still holds it: Docker does not answer");
  }

  @Test
  void withinTheBudgetTheOthersStayHeld() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE);

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("2", "1", 1));

    assertThat(outcome.ending()).isEqualTo(Ending.HELD);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(fixture.host(1).held).isNotNull();
  }

  @Test
  void holdThatNoHostHoldsHasFailed() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.BROKEN_RELEASE, Behavior.GOOD);

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("1", "1", 1));

    assertThat(outcome.ending()).isEqualTo(Ending.HOLD_FAILED);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(fixture.host(2).begun).isZero();
  }

  @Test
  void interruptedHoldKeepsWhatIsHeld() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted) {
            fixture.interruption.request();
          }
        };

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.HELD);
    assertThat(fixture.host(1).held).isEqualTo(outcome.id().value());
    assertUnlocked(fixture);
  }

  @Test
  void holdThatLosesItsLockRemovesNothing() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostFinished finished
              && finished.outcome() instanceof HostOutcome.Failed) {
            fixture.fleet.hosts.values().forEach(host -> host.lock = null);
            fixture.fleet.hosts.values().forEach(host -> host.foreignLock = "l-other");
          }
        };

    RolloutOutcome outcome = fixture.hold(RolloutFixture.settings("2", "1", 0));

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(fixture.host(1).abandoned).isZero();
  }

  @Test
  void promoteSwitchesTheHoldersFirstThenTheOthersInBatches() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.hold(RolloutFixture.settings("2", "1", 0));
    fixture.events.clear();

    RolloutOutcome outcome = fixture.promote(RolloutFixture.settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.events)
        .filteredOn(RolloutEvent.BatchStarted.class::isInstance)
        .extracting(event -> ((RolloutEvent.BatchStarted) event).hosts().size())
        .containsExactly(2, 1, 1);
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(host -> assertThat(host.serving).isEqualTo(SimulatedFleet.WANTED));
    assertThat(fixture.host(1).promoted + fixture.host(2).promoted).isEqualTo(2);
    assertThat(fixture.host(3).promoted + fixture.host(4).promoted).isZero();
    fixture.rollBack(outcome.id(), 4);
    assertNothingSwitched(fixture);
  }

  @Test
  void promoteComparesTheHoldersWithWhatTheyReplaced() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.hold(RolloutFixture.settings("1", "1", 0));
    fixture.host(1).errors = 300;

    RolloutOutcome outcome =
        fixture.promote(
            RolloutFixture.with(
                RolloutFixture.baking(
                    RolloutFixture.settings("1", "1", 0), Duration.ofMinutes(1), Duration.ZERO),
                OnFailure.ROLLBACK,
                0));

    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(kinds(outcome)).containsExactly(OutcomeKind.ROLLED_BACK, OutcomeKind.UNTOUCHED);
    assertNothingSwitched(fixture);
  }

  @Test
  void promoteIncludesHostsThatAreNewSince() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    Host later = fixture.hosts.removeLast();
    fixture.hold(RolloutFixture.settings("1", "1", 0));
    fixture.hosts.add(later);

    assertThat(fixture.promote(RolloutFixture.settings("1", "1", 0)).ending())
        .isEqualTo(Ending.DONE);
    assertThat(fixture.host(2).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void interruptedPromoteGoesOnWithTheNextOne() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.hold(RolloutFixture.settings("1", "1", 0));
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.LOCK) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome interrupted = fixture.promote(RolloutFixture.settings("1", "1", 0));
    assertThat(interrupted.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(fixture.host(1).held).isNotNull();

    RolloutFixture next = fixture.afresh();
    assertThat(next.promote(RolloutFixture.settings("1", "1", 0)).ending()).isEqualTo(Ending.DONE);
    assertThat(next.host(3).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void promoteWithoutAHeldReleaseIsRefused() {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD);

    assertThatThrownBy(() -> fixture.promote(RolloutFixture.settings("1", "1", 0)))
        .hasStackTraceContaining("no host holds a release of blog");
  }

  @Test
  void aRolloutIsRefusedWhileAReleaseIsHeld() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.hold(RolloutFixture.settings("1", "1", 0));

    RolloutOutcome outcome = fixture.rollOut(RolloutFixture.settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.PREFLIGHT_REFUSED);
    assertThat(((HostOutcome.Failed) outcome.hosts().getFirst()).error().kind()).isEqualTo("held");
    assertThat(fixture.host(1).held).isNotNull();
    assertUnlocked(fixture);
  }
}
