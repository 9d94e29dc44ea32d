package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Temper;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hosts that do not answer any more: terminated, or only silent. The inventory knows. */
class LostHostsTest {
  @Test
  void hostThatWasTerminatedBeforeItsTurnIsGoneAndNoFailure() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.DIES_AFTER_PREFLIGHT, Temper.GOOD);
    scene.hostsNow = () -> List.of(scene.hosts.get(0), scene.hosts.get(2));
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.failures()).isZero();
    assertThat(outcome.hosts())
        .filteredOn(HostOutcome.Gone.class::isInstance)
        .extracting(host -> host.host().name())
        .containsExactly("web-00002");
    assertThat(outcome.notes()).anyMatch(note -> note.contains("gone from the inventory"));
    assertThat(scene.host(3).serving).isEqualTo(SimulatedFleet.WANTED);
  }

  @Test
  void hostThatIsTerminatedInTheMiddleIsNotWaitedForToTheEndOfPatience() throws Exception {
    Scene scene = Scene.of(Temper.FALLS_SILENT, Temper.GOOD);
    scene.hostsNow = () -> scene.hosts.subList(1, 2);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Gone.class);
    assertThat(scene.timeline.elapsed()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void silentHostThatTheInventoryStillListsIsCounted() throws Exception {
    Scene scene = Scene.of(Temper.DIES_AFTER_PREFLIGHT, Temper.GOOD);
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unreachable.class);
  }

  @Test
  void whereTheInventoryCannotTellALostHostIsCounted() throws Exception {
    Scene scene = Scene.of(Temper.FALLS_SILENT, Temper.GOOD);
    scene.hostsNow =
        () -> {
          throw new DeployException(FailureKind.INVENTORY, "EC2 does not answer", null);
        };
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unknown.class);
  }

  @Test
  void inventoryThatListsNothingAtAllIsNotBelieved() throws Exception {
    Scene scene = Scene.of(Temper.FALLS_SILENT, Temper.GOOD);
    scene.hostsNow = List::of;
    RolloutOutcome outcome = scene.rollOut(settings("1", "1", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.OVER_BUDGET);
    assertThat(outcome.hosts().getFirst()).isInstanceOf(HostOutcome.Unknown.class);
  }

  @Test
  void hostThatWasLeftOutAsUnreachableAndIsGoneNowIsNoReasonForAnExitCode() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.DEAD);
    scene.hostsNow = () -> scene.hosts.subList(0, 1);
    RolloutOutcome outcome = scene.rollOut(Scene.with(settings("1", "1", 0), OnFailure.STOP, 1));
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.hosts().getLast()).isInstanceOf(HostOutcome.Gone.class);
  }

  @Test
  void nothingFollowsTheOutcomeAndItHasEveryNote() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.host(2).diesAfterDeploy = true;
    RolloutOutcome outcome = scene.rollOut(settings("0", "100%", 0));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(scene.told.getLast()).isInstanceOf(RolloutEvent.Finished.class);
    assertThat(outcome.notes())
        .anyMatch(note -> note.startsWith("web-00002: could not unlock"))
        .containsAll(
            scene.told.stream()
                .filter(RolloutEvent.Note.class::isInstance)
                .map(event -> ((RolloutEvent.Note) event).message())
                .toList());
  }
}
