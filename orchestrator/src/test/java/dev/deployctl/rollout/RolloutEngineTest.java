package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Temper;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A rollout over a simulated fleet: each bad day by name. */
class RolloutEngineTest {
  @Test
  void allHostsGetTheNewReleaseAndTheLockIsGivenBack() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
    assertThat(scene.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.serving).isEqualTo(SimulatedFleet.WANTED);
              assertThat(host.lock).isNull();
              assertThat(host.begun).isEqualTo(1);
            });
    assertThat(scene.fleet.mostDeploying).isEqualTo(1);
  }

  @Test
  void imageIsBroughtAheadOnlyWhereItIsMissing() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD, Temper.GOOD);
    scene.host(2).present = true;
    scene.host(3).present = true;
    scene.host(3).resolved = "sha256:" + "7".repeat(64); // the tag moved: it has another image
    assertThat(scene.rollOut(settings("1", "1", 0)).ending()).isEqualTo(Ending.DONE);
    assertThat(scene.fleet.hosts.values()).extracting(host -> host.pulls).containsExactly(1, 0, 1);
    assertThat(scene.host(2).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void planShowsEachWarningOfThePreflightOnceWithItsHosts() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    String edited = "the virtual host was changed by hand";
    scene.fleet.hosts.values().forEach(host -> host.warnings = List.of(edited));
    scene.host(2).warnings = List.of("env: TOKEN ends in a blank", edited);
    assertThat(scene.plan(settings("1", "1", 0)).warnings())
        .containsExactly(
            "web-00001, web-00002, web-00003 and 3 more: " + edited,
            "web-00002: env: TOKEN ends in a blank");
  }

  @Test
  void brokenReleaseStopsAtTheCanary() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.BROKEN_RELEASE));
    RolloutOutcome outcome = scene.rollOut(settings("1", "50%", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(scene.fleet.hosts.values().stream().mapToInt(host -> host.begun).sum()).isEqualTo(1);
    assertThat(outcome.hosts().stream().filter(host -> host instanceof HostOutcome.Untouched))
        .hasSize(5);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void budgetCountsOverTheWholeRolloutAndNotPerBatch() throws Exception {
    // One failure in each batch of two: a budget per batch would never be spent.
    Scene scene =
        Scene.of(
            Temper.GOOD,
            Temper.BROKEN_RELEASE,
            Temper.GOOD,
            Temper.BROKEN_RELEASE,
            Temper.GOOD,
            Temper.BROKEN_RELEASE,
            Temper.GOOD,
            Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("0", "2", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.failures()).isEqualTo(2);
    assertThat(scene.host(7).begun + scene.host(8).begun).isZero();
  }

  @Test
  void hostThatDiesAfterThePreflightCountsAsAFailure() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.DIES_AFTER_PREFLIGHT, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().get(1)).isInstanceOf(HostOutcome.Unreachable.class);
  }

  @Test
  void deadHostStopsTheRolloutBeforeAnythingIsTouched() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.DEAD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.UNREACHABLE);
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(scene.host(1).begun).isZero();
  }

  @Test
  void deadHostWithinTheLimitIsLeftOutAndNamedAndTheExitCodeSaysSo() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.DEAD, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(Scene.with(settings("1", "1", 0), OnFailure.STOP, 1));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(scene.host(1).serving).isEqualTo(SimulatedFleet.WANTED);
    assertThat(scene.host(3).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void lostConnectionIsNotALostHost() throws Exception {
    Scene scene = Scene.of(Temper.LOSES_CONNECTION, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Updated.class);
    assertThat(scene.host(1).begun).isEqualTo(1);
  }

  @Test
  void connectionLostBeforeTheFirstWordBeginsTheDeployOnce() throws Exception {
    Scene scene = Scene.of(Temper.LOST_BEFORE_BEGIN);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Updated.class);
    assertThat(scene.host(1).begun).isEqualTo(1);
  }

  @Test
  void hostThatComesBackWithinThePatienceTellsItsOwnOutcome() throws Exception {
    Scene scene = Scene.of(Temper.COMES_BACK, Temper.COMES_BACK_UNCHANGED, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts().get(0).host().name()).isEqualTo("web-00001");
    assertThat(outcome.hosts()).filteredOn(HostOutcome::failure).hasSize(1);
    assertThat(outcome.hosts())
        .filteredOn(host -> host.host().name().equals("web-00001"))
        .hasOnlyElementsOfType(HostOutcome.Updated.class);
    assertThat(outcome.hosts())
        .filteredOn(host -> host.host().name().equals("web-00002"))
        .hasOnlyElementsOfType(HostOutcome.Failed.class);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void waitsForSomebodyElsesLockAndThenPlansAnew() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD, Temper.GOOD);
    scene.host(2).lock = "l-bobs";
    scene.lockWait = Duration.ofMinutes(2);
    scene.also =
        event -> {
          // Bob ends: what he has done needs no doing again.
          if (event instanceof RolloutEvent.Note && scene.timeline.elapsed().toSeconds() > 60) {
            scene.host(2).lock = null;
            scene.host(2).serving = SimulatedFleet.WANTED;
          }
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(scene.timeline.elapsed()).isGreaterThan(Duration.ofMinutes(1));
    assertThat(scene.host(2).begun).isZero();
    assertThat(scene.host(1).begun + scene.host(3).begun).isEqualTo(2);
  }

  @Test
  void lockThatIsHeldForLongerThanTheWaitEndsInExitFour() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.host(2).lock = "l-bobs";
    scene.lockWait = Duration.ofSeconds(20);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(scene.timeline.elapsed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(25));
    assertThat(scene.told)
        .anyMatch(
            event ->
                event instanceof RolloutEvent.Note note
                    && note.message().contains("bob holds the app")
                    && note.message().contains("waiting for up to"));
  }

  @Test
  void interruptionEndsTheWaitForALock() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.host(2).lock = "l-bobs";
    scene.lockWait = Duration.ofMinutes(10);
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.Note) {
            scene.interruption.request();
          }
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(scene.timeline.elapsed()).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void hostsThatCameAndWentAreNamedAtTheEnd() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD, Temper.GOOD);
    Host added = new Host("i-new", "web-new", "web-new", "a", Map.of());
    scene.fleet.hosts.put("i-new", new SimulatedHost(Temper.GOOD));
    scene.hostsNow = () -> List.of(scene.hosts.get(0), scene.hosts.get(2), added);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.notes())
        .anyMatch(note -> note.contains("gone from the inventory") && note.contains("web-00002"))
        .anyMatch(note -> note.contains("new since") && note.contains("web-new (runs "));
    assertThat(scene.fleet.of(added).begun).isZero();
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void silentInventoryAtTheEndIsANoteAndNoFailure() throws Exception {
    Scene scene = Scene.of(Temper.GOOD);
    scene.hostsNow =
        () -> {
          throw new DeployException(FailureKind.UNREACHABLE, "EC2 does not answer", null);
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("EC2 does not answer"));
  }

  @Test
  void hostThatFallsSilentIsUnknownAndCounted() throws Exception {
    Scene scene = Scene.of(Temper.FALLS_SILENT, Temper.GOOD, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unknown.class);
    assertThat(scene.host(2).begun).isZero();
  }

  @Test
  void failedPullCountsBeforeAnyHostIsChanged() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.NO_ROOM, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.begun).isZero());
  }

  @Test
  void rollbackTouchesExactlyTheHostsThatWereChanged() throws Exception {
    Scene scene =
        Scene.of(Temper.GOOD, Temper.GOOD, Temper.BROKEN_RELEASE, Temper.GOOD, Temper.GOOD);
    RolloutOutcome outcome =
        scene.rollOut(Scene.with(settings("1", "1", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    for (int i = 0; i < scene.hosts.size(); i++) {
      SimulatedHost host = scene.fleet.of(scene.hosts.get(i));
      boolean wasChanged = host.begun == 1 && host.temper == Temper.GOOD;
      assertThat(host.undone).as(scene.hosts.get(i).name()).isEqualTo(wasChanged ? 1 : 0);
      assertThat(host.serving).isNotEqualTo(SimulatedFleet.WANTED);
      assertThat(host.lock).isNull();
    }
  }

  @Test
  void hostsThatRunTheDigestAlreadyAreSkipped() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD, Temper.GOOD);
    scene.host(2).serving = SimulatedFleet.WANTED;
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(scene.host(2).begun).isZero();
    assertThat(outcome.hosts()).anyMatch(host -> host instanceof HostOutcome.Skipped);
  }

  @Test
  void somebodyElsesLockLeavesNothingBehind() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD, Temper.GOOD, Temper.GOOD);
    scene.also =
        event -> {
          // Bob comes between our preflight and our lock.
          if (event instanceof RolloutEvent.Planned) {
            scene.host(3).lock = "l-bobs";
          }
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.LOCKED);
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(scene.host(3).lock).isEqualTo("l-bobs");
    for (int other : List.of(1, 2, 4)) {
      assertThat(scene.host(other).lock).isNull();
      assertThat(scene.host(other).begun).isZero();
    }
  }

  @Test
  void interruptionFinishesRunningHostsAndStartsNoMore() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    scene.also =
        event -> {
          if (event instanceof RolloutEvent.BatchStarted batch && batch.number() == 2) {
            scene.interruption.request();
          }
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "2", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(scene.host(1).serving).isEqualTo(SimulatedFleet.WANTED);
    assertThat(scene.fleet.hosts.values().stream().mapToInt(host -> host.begun).sum()).isEqualTo(1);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void tenThousandHostsTakeSimulatedHoursAndLittleElse() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(10_000, Temper.GOOD));
    RolloutOutcome outcome = scene.rollOut(settings("1", "5%", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts()).hasSize(10_000);
    assertThat(scene.fleet.mostDeploying).isLessThanOrEqualTo(500);
    assertThat(scene.timeline.elapsed()).isGreaterThan(Duration.ofMinutes(2));
  }
}
