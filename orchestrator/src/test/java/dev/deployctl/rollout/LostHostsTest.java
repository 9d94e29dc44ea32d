package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hosts that stop answering: the inventory tells terminated ones from silent ones. */
class LostHostsTest {
  @Test
  void hostThatWasTerminatedBeforeItsTurnIsGoneAndNoFailure() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.DIES_AFTER_PREFLIGHT, Behavior.GOOD);
    fixture.hostsNow = () -> List.of(fixture.hosts.get(0), fixture.hosts.get(2));
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.failures()).isZero();
    assertThat(outcome.hosts())
        .filteredOn(HostOutcome.Terminated.class::isInstance)
        .extracting(host -> host.host().name())
        .containsExactly("web-00002");
    assertThat(outcome.notes()).anyMatch(note -> note.contains("terminated since"));
    assertThat(fixture.host(3).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void hostThatIsTerminatedInTheMiddleIsNotWaitedForToTheEndOfPatience() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.FALLS_SILENT, Behavior.GOOD);
    fixture.hostsNow = () -> fixture.hosts.subList(1, 2);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Terminated.class);
    assertThat(fixture.timeline.elapsed()).isLessThan(Duration.ofMinutes(1));
  }

  /** It was renamed or got other tags, so that --hosts or --host-tag do not select it any more. */
  @Test
  void silentHostThatIsNoLongerSelectedAndStillListedIsCounted() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.FALLS_SILENT, Behavior.GOOD);
    fixture.selectedNow = () -> fixture.hosts.subList(1, 2);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unknown.class);
    assertThat(outcome.notes()).noneMatch(note -> note.contains("terminated"));
  }

  @Test
  void silentHostThatTheInventoryStillListsIsCounted() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.DIES_AFTER_PREFLIGHT, Behavior.GOOD);
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unreachable.class);
  }

  @Test
  void whereTheInventoryCannotTellALostHostIsCounted() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.FALLS_SILENT, Behavior.GOOD);
    fixture.hostsNow =
        () -> {
          throw new DeployException(FailureKind.INVENTORY, "EC2 does not answer", null);
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unknown.class);
  }

  @Test
  void inventoryThatListsNothingAtAllIsNotBelieved() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.FALLS_SILENT, Behavior.GOOD);
    fixture.hostsNow = List::of;
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unknown.class);
  }

  @Test
  void hostThatWasLeftOutAsUnreachableAndIsGoneNowIsNoReasonForAnExitCode() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.DEAD);
    fixture.hostsNow = () -> fixture.hosts.subList(0, 1);
    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("1", "1", 0), OnFailure.STOP, 1));
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.hosts().getLast()).isInstanceOf(HostOutcome.Terminated.class);
  }

  @Test
  void nothingFollowsTheOutcomeAndItHasEveryNote() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).diesAfterDeploy = true;
    RolloutOutcome outcome = fixture.rollOut(settings("0", "100%", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.events.getLast()).isInstanceOf(RolloutEvent.Finished.class);
    assertThat(outcome.notes())
        .anyMatch(note -> note.startsWith("web-00002: could not unlock"))
        .containsAll(
            fixture.events.stream()
                .filter(RolloutEvent.Note.class::isInstance)
                .map(event -> ((RolloutEvent.Note) event).message())
                .toList());
  }
}
