package dev.deployctl.rollout;

import static dev.deployctl.rollout.Scene.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.rollout.SimulatedHost.Temper;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One slow host holds up all others, and not without a word. */
class SlowHostsTest {
  @Test
  void theHostThatAllOthersWaitForIsNamedOnce() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.host(2).slow = Duration.ofSeconds(52);
    scene.rollOut(settings("1", "1", 0));
    assertThat(scene.told)
        .filteredOn(
            event ->
                event instanceof RolloutEvent.Note note
                    && note.message().contains("still waiting for web-00002"))
        .hasSize(1);
  }

  @Test
  void nothingIsSaidOfHostsThatAnswer() throws Exception {
    Scene scene = Scene.of(Temper.GOOD, Temper.GOOD);
    scene.rollOut(settings("1", "1", 0));
    assertThat(scene.told.toString()).doesNotContain("still waiting");
  }
}
