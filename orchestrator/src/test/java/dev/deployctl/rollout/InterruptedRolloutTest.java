package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.App;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Temper;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ctrl-C at any point: what runs is finished, nothing more is begun, the lock is given back. */
class InterruptedRolloutTest {
  @Test
  void betweenPlanAndLockNothingIsTouched() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.Planned) {
            scene.interruption.request();
          }
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.hosts()).allMatch(HostOutcome.Untouched.class::isInstance);
    assertNothingRuns(scene);
  }

  @Test
  void duringThePullNoHostIsChanged() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(4, Temper.GOOD));
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.PULL) {
            scene.interruption.request();
          }
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertNothingRuns(scene);
  }

  @Test
  void failureOverTheBudgetAfterwardsBeginsNoRollback() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.BROKEN_RELEASE, Temper.GOOD);
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted started
              && started.host().name().equals("web-00002")) {
            scene.interruption.request();
          }
        };
    RolloutOutcome outcome =
        scene.rollOut(Scene.with(settings("0", "2", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("not all changed hosts"));
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.undone).isZero());
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void duringTheAutomaticRollbackNoMoreHostsAreTakenBack() throws Exception {
    // More hosts than are taken back at once, and one that spends the budget.
    List<Temper> tempers = new ArrayList<>(Collections.nCopies(45, Temper.GOOD));
    tempers.set(7, Temper.BROKEN_RELEASE);
    Scene scene = Scene.of(tempers);
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.HostFinished finished
              && finished.outcome() instanceof HostOutcome.RolledBack) {
            scene.interruption.request();
          }
        };
    RolloutOutcome outcome =
        scene.rollOut(Scene.with(settings("0", "100%", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.hosts()).filteredOn(HostOutcome.RolledBack.class::isInstance).hasSize(32);
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Updated.class::isInstance).hasSize(12);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void waitingForALockEndsAtOnceAlsoWhereItWasTakenAfterThePlan() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.lockWait = Duration.ofMinutes(10);
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.Planned) {
            scene.host(2).foreignLock = "l-bobs";
          }
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.LOCK) {
            scene.interruption.request();
          }
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(scene.timeline.elapsed()).isLessThan(Duration.ofSeconds(20));
    assertNothingRuns(scene);
  }

  @Test
  void stopOfAnAppLeavesTheHostsWhoseTurnHasNotCome() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    List<HostResult> answers =
        scene.timeline.play(
            () ->
                new FleetTransaction(
                        scene.fleet,
                        scene.timeline,
                        event -> {
                          if (event instanceof RolloutEvent.HostTold) {
                            scene.interruption.request();
                          }
                        },
                        scene.interruption)
                    .run(
                        new App("blog"),
                        "stop",
                        List.of(),
                        scene.hosts,
                        new FleetTransaction.Options(
                            2, LockTerms.of("stop"), null, Duration.ofMinutes(1))));
    assertThat(answers).filteredOn(HostResult.Answered.class::isInstance).hasSize(2);
    assertThat(answers)
        .filteredOn(HostResult.Refused.class::isInstance)
        .hasSize(4)
        .allSatisfy(answer -> assertThat(((HostResult.Refused) answer).exit()).isEqualTo(130));
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  private static void assertNothingRuns(Scene scene) {
    assertThat(scene.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.begun).isZero();
              assertThat(host.lock).isNull();
            });
  }
}
