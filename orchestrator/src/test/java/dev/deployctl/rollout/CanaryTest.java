package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.RolloutOutcome.Ending;
import dev.deployctl.rollout.SimulatedHost.Temper;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The canary is watched, and what is worse than before goes no further. */
class CanaryTest {
  private static final RolloutSettings WATCHED =
      Scene.baking(settings("1", "5", 0), Duration.ofMinutes(1), Duration.ZERO);

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
  void slowerCanaryIsTakenBackWhereThatIsAskedFor() throws Exception {
    Scene scene = Scene.of(Collections.nCopies(6, Temper.GOOD));
    scene.host(1).p95 = 900;
    RolloutOutcome outcome = scene.rollOut(Scene.with(WATCHED, OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(scene.host(1).undone).isEqualTo(1);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("within 900 ms (before: 100 ms)"));
  }
}
