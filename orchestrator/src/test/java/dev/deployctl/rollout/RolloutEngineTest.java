package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rollouts of a simulated fleet, with each failure scenario. */
class RolloutEngineTest {
  @Test
  void allHostsGetTheNewReleaseAndTheLockIsGivenBack() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.serving).isEqualTo(SimulatedFleet.WANTED);
              assertThat(host.lock).isNull();
              assertThat(host.begun).isEqualTo(1);
            });
    assertThat(fixture.fleet.mostDeploying).isEqualTo(1);
  }

  @Test
  void imageIsBroughtAheadOnlyWhereItIsMissing() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).present = true;
    fixture.host(3).present = true;
    fixture.host(3).resolved = "sha256:" + "7".repeat(64); // the tag moved: it has another image
    assertThat(fixture.rollOut(settings("1", "1", 0)).ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.fleet.hosts.values())
        .extracting(host -> host.pulls)
        .containsExactly(1, 0, 1);
    assertThat(fixture.host(2).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void planShowsEachWarningOfThePreflightOnceWithItsHosts() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    String edited = "the virtual host was changed by hand";
    fixture.fleet.hosts.values().forEach(host -> host.warnings = List.of(edited));
    fixture.host(2).warnings = List.of("env: TOKEN ends in a blank", edited);
    assertThat(fixture.plan(settings("1", "1", 0)).warnings())
        .containsExactly(
            "web-00001, web-00002, web-00003 and 3 more: " + edited,
            "web-00002: env: TOKEN ends in a blank");
  }

  @Test
  void planWarnsOfHostsThatAnsweredWithOneIdUnderSeveralAddresses() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(4, Behavior.GOOD));
    fixture.host(1).id = "5f0c3d8e91b2a674";
    fixture.host(2).id = "0123456789abcdef";
    fixture.host(4).id = "5f0c3d8e91b2a674";
    assertThat(fixture.plan(settings("1", "1", 0)).warnings())
        .singleElement()
        .asString()
        .startsWith("web-00001, web-00004 answered with one host id: if they are one machine, ")
        .contains("leave all but one name out of the inventory")
        .contains("cloned from one disk image, they are counted correctly");
  }

  @Test
  void brokenReleaseStopsAtTheCanary() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.BROKEN_RELEASE));
    RolloutOutcome outcome = fixture.rollOut(settings("1", "50%", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(fixture.fleet.hosts.values().stream().mapToInt(host -> host.begun).sum())
        .isEqualTo(1);
    assertThat(outcome.hosts().stream().filter(host -> host instanceof HostOutcome.Untouched))
        .hasSize(5);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void budgetCountsOverTheWholeRolloutAndNotPerBatch() throws Exception {
    // One failure in each batch of two: a budget per batch would never be spent.
    RolloutFixture fixture =
        RolloutFixture.of(
            Behavior.GOOD,
            Behavior.BROKEN_RELEASE,
            Behavior.GOOD,
            Behavior.BROKEN_RELEASE,
            Behavior.GOOD,
            Behavior.BROKEN_RELEASE,
            Behavior.GOOD,
            Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("0", "2", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.failures()).isEqualTo(2);
    assertThat(fixture.host(7).begun + fixture.host(8).begun).isZero();
  }

  @Test
  void hostThatDiesAfterThePreflightCountsAsAFailure() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.DIES_AFTER_PREFLIGHT, Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().get(1)).isInstanceOf(HostOutcome.Unreachable.class);
  }

  @Test
  void deadHostStopsTheRolloutBeforeAnythingIsTouched() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.DEAD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.UNREACHABLE);
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(fixture.host(1).begun).isZero();
  }

  @Test
  void deadHostWithinTheLimitIsLeftOutAndNamedAndTheExitCodeSaysSo() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.DEAD, Behavior.GOOD);
    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("1", "1", 0), OnFailure.STOP, 1));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(fixture.host(1).serving).isEqualTo(SimulatedFleet.WANTED);
    assertThat(fixture.host(3).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void lostConnectionIsNotALostHost() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.LOSES_CONNECTION, Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Updated.class);
    assertThat(fixture.host(1).begun).isEqualTo(1);
  }

  @Test
  void connectionLostBeforeTheFirstWordBeginsTheDeployOnce() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.LOST_BEFORE_BEGIN);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Updated.class);
    assertThat(fixture.host(1).begun).isEqualTo(1);
  }

  @Test
  void hostThatComesBackWithinThePatienceTellsItsOwnOutcome() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.COMES_BACK, Behavior.COMES_BACK_UNCHANGED, Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts().get(0).host().name()).isEqualTo("web-00001");
    assertThat(outcome.hosts()).filteredOn(HostOutcome::failure).hasSize(1);
    assertThat(outcome.hosts())
        .filteredOn(host -> host.host().name().equals("web-00001"))
        .hasOnlyElementsOfType(HostOutcome.Updated.class);
    assertThat(outcome.hosts())
        .filteredOn(host -> host.host().name().equals("web-00002"))
        .hasOnlyElementsOfType(HostOutcome.Failed.class);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void waitsForSomebodyElsesLockAndThenPlansAnew() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).lock = "l-bobs";
    fixture.lockWait = Duration.ofMinutes(2);
    fixture.also =
        event -> {
          // Bob ends: the hosts that he updated need no deploy.
          if (event instanceof RolloutEvent.Note && fixture.timeline.elapsed().toSeconds() > 60) {
            fixture.host(2).lock = null;
            fixture.host(2).serving = SimulatedFleet.WANTED;
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.timeline.elapsed()).isGreaterThan(Duration.ofMinutes(1));
    assertThat(fixture.host(2).begun).isZero();
    assertThat(fixture.host(1).begun + fixture.host(3).begun).isEqualTo(2);
  }

  @Test
  void lockThatIsHeldForLongerThanTheWaitEndsInExitFour() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).lock = "l-bobs";
    fixture.lockWait = Duration.ofSeconds(20);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(fixture.timeline.elapsed())
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(25));
    assertThat(fixture.events)
        .anyMatch(
            event ->
                event instanceof RolloutEvent.Note note
                    && note.message().contains("bob holds the app")
                    && note.message().contains("waiting for up to"));
  }

  @Test
  void interruptionEndsTheWaitForALock() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).lock = "l-bobs";
    fixture.lockWait = Duration.ofMinutes(10);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.Note) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(fixture.timeline.elapsed()).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void hostsThatCameAndWentAreNamedAtTheEnd() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    Host added = new Host("i-new", "web-new", "web-new", "a", Map.of());
    fixture.fleet.hosts.put("i-new", new SimulatedHost(Behavior.GOOD));
    fixture.hostsNow = () -> List.of(fixture.hosts.get(0), fixture.hosts.get(2), added);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.notes())
        .anyMatch(note -> note.contains("terminated since") && note.contains("web-00002"))
        .anyMatch(note -> note.contains("new since") && note.contains("web-new (runs "));
    assertThat(fixture.fleet.of(added).begun).isZero();
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void silentInventoryAtTheEndIsANoteAndNoFailure() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD);
    fixture.hostsNow =
        () -> {
          throw new DeployException(FailureKind.UNREACHABLE, "EC2 does not answer", null);
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("EC2 does not answer"));
  }

  @Test
  void hostThatFallsSilentIsUnknownAndCounted() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.FALLS_SILENT, Behavior.GOOD, Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unknown.class);
    assertThat(fixture.host(2).begun).isZero();
  }

  @Test
  void failedPullCountsBeforeAnyHostIsChanged() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.NO_ROOM, Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.begun).isZero());
  }

  @Test
  void rollbackTouchesExactlyTheHostsThatWereChanged() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(
            Behavior.GOOD, Behavior.GOOD, Behavior.BROKEN_RELEASE, Behavior.GOOD, Behavior.GOOD);
    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("1", "1", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    for (int i = 0; i < fixture.hosts.size(); i++) {
      SimulatedHost host = fixture.fleet.of(fixture.hosts.get(i));
      boolean wasChanged = host.begun == 1 && host.behavior == Behavior.GOOD;
      assertThat(host.undone).as(fixture.hosts.get(i).name()).isEqualTo(wasChanged ? 1 : 0);
      assertThat(host.serving).isNotEqualTo(SimulatedFleet.WANTED);
      assertThat(host.lock).isNull();
    }
  }

  @Test
  void hostsThatRunTheDigestAlreadyAreSkipped() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).serving = SimulatedFleet.WANTED;
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.host(2).begun).isZero();
    assertThat(outcome.hosts()).anyMatch(host -> host instanceof HostOutcome.Skipped);
  }

  @Test
  void somebodyElsesLockLeavesNothingBehind() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.also =
        event -> {
          // Bob rolls out between our preflight and our lock.
          if (event instanceof RolloutEvent.Planned) {
            fixture.host(3).lock = "l-bobs";
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.LOCKED);
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(fixture.host(3).lock).isEqualTo("l-bobs");
    for (int other : List.of(1, 2, 4)) {
      assertThat(fixture.host(other).lock).isNull();
      assertThat(fixture.host(other).begun).isZero();
    }
  }

  @Test
  void interruptionFinishesRunningHostsAndStartsNoMore() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.BatchStarted batch && batch.number() == 2) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "2", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(fixture.host(1).serving).isEqualTo(SimulatedFleet.WANTED);
    assertThat(fixture.fleet.hosts.values().stream().mapToInt(host -> host.begun).sum())
        .isEqualTo(1);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void tenThousandHostsTakeSimulatedHoursAndLittleElse() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(10_000, Behavior.GOOD));
    RolloutOutcome outcome = fixture.rollOut(settings("1", "5%", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts()).hasSize(10_000);
    assertThat(fixture.fleet.mostDeploying).isLessThanOrEqualTo(500);
    assertThat(fixture.timeline.elapsed()).isGreaterThan(Duration.ofMinutes(2));
  }
}
