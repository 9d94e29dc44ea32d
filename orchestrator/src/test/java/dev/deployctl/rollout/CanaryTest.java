package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The watch of the canary, which ends the rollout if the new release is worse. */
class CanaryTest {
  private static final RolloutSettings WATCHED =
      RolloutFixture.baking(settings("1", "5", 0), Duration.ofMinutes(1), Duration.ZERO);

  /** Runs a rollout whose canary has this behavior, with five healthy hosts after it. */
  private static RolloutFixture first(Behavior behavior) {
    return RolloutFixture.of(
        behavior, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
  }

  @Test
  void healthyCanaryIsWatchedForItsTimeAndThenTheOthersFollow() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    RolloutOutcome outcome = fixture.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.timeline.elapsed()).isGreaterThan(Duration.ofMinutes(1));
    assertThat(outcome.notes()).anyMatch(note -> note.contains("1000 requests"));
  }

  @Test
  void moreErrorsThanBeforeEndItAndSayByHowMuch() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    fixture.host(1).errors = 30;
    RolloutOutcome outcome = fixture.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.notes())
        .anyMatch(
            note ->
                note.contains("more errors than allowed")
                    && note.contains("3.0 % of 1000")
                    && note.contains("before: 0.1 %"));
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void canaryWhoseContainersEndedGoesNoFurtherThoughNobodyAskedIt() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    fixture.host(1).restarts = 4;
    RolloutOutcome outcome = fixture.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(outcome.notes())
        .anyMatch(note -> note.contains("web-00001 had its containers end and start again, 4×"));
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
  }

  @Test
  void canaryOfWhoseRequestsNothingIsKnownGoesNoFurtherAndItIsSaidWhy() throws Exception {
    RolloutFixture fixture = first(Behavior.GOOD);
    fixture.host(1).trafficUnknown = "the log begins after the switch";
    RolloutOutcome outcome = fixture.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.notes())
        .anyMatch(
            note ->
                note.contains("how requests fared is not known")
                    && note.contains("web-00001: the log begins after the switch"));
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
  }

  @Test
  void oneCanaryHostThatKnowsNothingIsNotMadeUpForByAnother() throws Exception {
    RolloutFixture fixture = first(Behavior.GOOD);
    fixture.host(2).trafficSilent = true;
    RolloutSettings two =
        RolloutFixture.baking(settings("2", "5", 0), Duration.ofMinutes(1), Duration.ZERO);
    RolloutOutcome outcome = fixture.rollOut(RolloutFixture.with(two, OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("web-00002: 'traffic' ended with"));
    assertThat(fixture.fleet.hosts.values().stream().mapToInt(host -> host.undone).sum())
        .isEqualTo(2);
  }

  @Test
  void canaryThatCannotBeAskedAnyMoreGoesNoFurther() throws Exception {
    RolloutFixture fixture = first(Behavior.GOOD);
    fixture.host(1).diesAfterDeploy = true;
    RolloutOutcome outcome = fixture.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("web-00001 is unreachable"));
  }

  @Test
  void canaryThatIsLostCannotBeTakenBackAndThatIsSaid() throws Exception {
    RolloutFixture fixture = first(Behavior.GOOD);
    fixture.host(1).diesAfterDeploy = true;
    RolloutOutcome outcome = fixture.rollOut(RolloutFixture.with(WATCHED, OnFailure.ROLLBACK, 0));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.hosts())
        .filteredOn(HostOutcome.RollbackFailed.class::isInstance)
        .singleElement()
        .extracting(lost -> lost.host().name())
        .isEqualTo("web-00001");
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
  }

  @Test
  void canaryThatWasTerminatedMeanwhileIsNoFaultOfTheRelease() throws Exception {
    RolloutFixture fixture = first(Behavior.GOOD);
    fixture.host(1).diesAfterDeploy = true;
    fixture.hostsNow = () -> fixture.hosts.subList(1, 6);
    RolloutOutcome outcome = fixture.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("too few to judge"));
  }

  @Test
  void canaryThatFailedWithinTheBudgetLeavesNothingToWatch() throws Exception {
    RolloutFixture fixture = first(Behavior.BROKEN_RELEASE);
    RolloutOutcome outcome =
        fixture.rollOut(
            RolloutFixture.baking(settings("1", "5", 1), Duration.ofMinutes(1), Duration.ZERO));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.notes()).noneMatch(note -> note.contains("canary"));
  }

  @Test
  void slowerCanaryIsTakenBackWhereThatIsAskedFor() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    fixture.host(1).p95 = 900;
    RolloutOutcome outcome = fixture.rollOut(RolloutFixture.with(WATCHED, OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(fixture.host(1).undone).isEqualTo(1);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("within 900 ms (before: 100 ms)"));
  }
}
