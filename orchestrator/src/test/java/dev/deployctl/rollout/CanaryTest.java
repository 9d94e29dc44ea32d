package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Temper;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The canary is watched, and what is worse than before goes no further. */
class CanaryTest {
  private static final RolloutSettings WATCHED =
      Scene.baking(settings("1", "5", 0), Duration.ofMinutes(1), Duration.ZERO);

  /** The canary's temper; five good hosts follow. */
  private static Scene first(Temper temper) {
    return Scene.of(temper, Temper.GOOD, Temper.GOOD, Temper.GOOD, Temper.GOOD, Temper.GOOD);
  }

  @Test
  void healthyCanaryIsWatchedForItsTimeAndThenTheOthersFollow() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    RolloutOutcome outcome = scene.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(scene.timeline.elapsed()).isGreaterThan(Duration.ofMinutes(1));
    assertThat(outcome.notes()).anyMatch(note -> note.contains("1000 requests"));
  }

  @Test
  void moreErrorsThanBeforeEndItAndSayByHowMuch() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    scene.host(1).errors = 30;
    RolloutOutcome outcome = scene.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.notes())
        .anyMatch(
            note ->
                note.contains("more errors than allowed")
                    && note.contains("3.0 % of 1000")
                    && note.contains("before: 0.1 %"));
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
    assertThat(scene.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void canaryWhoseContainersEndedGoesNoFurtherThoughNobodyAskedIt() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    scene.host(1).restarts = 4;
    RolloutOutcome outcome = scene.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(outcome.notes())
        .anyMatch(note -> note.contains("web-00001 had its containers end and start again, 4×"));
    assertThat(outcome.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(5);
  }

  @Test
  void canaryOfWhoseRequestsNothingIsKnownGoesNoFurtherAndItIsSaidWhy() throws Exception {
    Scene scene = first(Temper.GOOD);
    scene.host(1).trafficUnknown = "the log begins after the switch";
    RolloutOutcome outcome = scene.rollOut(WATCHED);
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
    Scene scene = first(Temper.GOOD);
    scene.host(2).trafficSilent = true;
    RolloutSettings two = Scene.baking(settings("2", "5", 0), Duration.ofMinutes(1), Duration.ZERO);
    RolloutOutcome outcome = scene.rollOut(Scene.with(two, OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("web-00002: 'traffic' ended with"));
    assertThat(scene.fleet.hosts.values().stream().mapToInt(host -> host.undone).sum())
        .isEqualTo(2);
  }

  @Test
  void canaryThatCannotBeAskedAnyMoreGoesNoFurther() throws Exception {
    Scene scene = first(Temper.GOOD);
    scene.host(1).diesAfterDeploy = true;
    RolloutOutcome outcome = scene.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("web-00001 is unreachable"));
  }

  @Test
  void canaryThatIsLostCannotBeTakenBackAndThatIsSaid() throws Exception {
    Scene scene = first(Temper.GOOD);
    scene.host(1).diesAfterDeploy = true;
    RolloutOutcome outcome = scene.rollOut(Scene.with(WATCHED, OnFailure.ROLLBACK, 0));
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
    Scene scene = first(Temper.GOOD);
    scene.host(1).diesAfterDeploy = true;
    scene.hostsNow = () -> scene.hosts.subList(1, 6);
    RolloutOutcome outcome = scene.rollOut(WATCHED);
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("too few to judge"));
  }

  @Test
  void canaryThatFailedWithinTheBudgetLeavesNothingToWatch() throws Exception {
    Scene scene = first(Temper.BROKEN_RELEASE);
    RolloutOutcome outcome =
        scene.rollOut(Scene.baking(settings("1", "5", 1), Duration.ofMinutes(1), Duration.ZERO));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.notes()).noneMatch(note -> note.contains("canary"));
  }

  @Test
  void slowerCanaryIsTakenBackWhereThatIsAskedFor() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    scene.host(1).p95 = 900;
    RolloutOutcome outcome = scene.rollOut(Scene.with(WATCHED, OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(scene.host(1).undone).isEqualTo(1);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("within 900 ms (before: 100 ms)"));
  }
}
