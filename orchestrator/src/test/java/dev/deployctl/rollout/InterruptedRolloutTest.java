package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ctrl-C at any point: running deploys finish, no other starts, and the lock is released. */
class InterruptedRolloutTest {
  @Test
  void betweenPlanAndLockNothingIsTouched() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.Planned) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.hosts()).allMatch(HostOutcome.Untouched.class::isInstance);
    assertNothingRuns(fixture);
  }

  @Test
  void duringThePullNoHostIsChanged() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(4, Behavior.GOOD));
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.PULL) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertNothingRuns(fixture);
  }

  @Test
  void failureOverTheBudgetAfterwardsBeginsNoRollback() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE, Behavior.GOOD);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted started
              && started.host().name().equals("web-00002")) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("0", "2", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("not all changed hosts"));
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.undone).isZero());
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void duringTheAutomaticRollbackNoMoreHostsAreTakenBack() throws Exception {
    // More hosts than are rolled back at once, and one that spends the budget.
    List<Behavior> behavior = new ArrayList<>(Collections.nCopies(45, Behavior.GOOD));
    behavior.set(7, Behavior.BROKEN_RELEASE);
    RolloutFixture fixture = RolloutFixture.of(behavior);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostFinished finished
              && finished.outcome() instanceof HostOutcome.RolledBack) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("0", "100%", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.hosts()).filteredOn(HostOutcome.RolledBack.class::isInstance).hasSize(32);
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Updated.class::isInstance).hasSize(12);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void waitingForALockEndsAtOnceAlsoWhereItWasTakenAfterThePlan() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.lockWait = Duration.ofMinutes(10);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.Planned) {
            fixture.host(2).foreignLock = "l-bobs";
          }
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.LOCK) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(fixture.timeline.elapsed()).isLessThan(Duration.ofSeconds(20));
    assertNothingRuns(fixture);
  }

  @Test
  void stopOfAnAppLeavesTheHostsWhoseTurnHasNotCome() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    List<HostResult> answers =
        fixture.timeline.play(
            () ->
                new FleetTransaction(
                        fixture.fleet,
                        fixture.timeline,
                        event -> {
                          if (event instanceof RolloutEvent.HostTold) {
                            fixture.interruption.request();
                          }
                        },
                        fixture.interruption)
                    .run(
                        new App("blog"),
                        (_, id, lock) ->
                            HostCommand.change(new App("blog"), HostCommand.Change.STOP, id, lock),
                        fixture.hosts,
                        new FleetTransaction.Options(
                            2, LockTerms.of("stop"), null, Duration.ofMinutes(1))));
    assertThat(answers).filteredOn(HostResult.Answered.class::isInstance).hasSize(2);
    assertThat(answers)
        .filteredOn(HostResult.Refused.class::isInstance)
        .hasSize(4)
        .allSatisfy(answer -> assertThat(((HostResult.Refused) answer).exit()).isEqualTo(130));
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  private static void assertNothingRuns(RolloutFixture fixture) {
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.begun).isZero();
              assertThat(host.lock).isNull();
            });
  }
}
