package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The estimated duration of a rollout, from the last deploys of its hosts. */
class EstimateTest {
  @Test
  void isTheSlowestHostOfEachBatch() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(5, Behavior.GOOD));
    // Zones a and c in turn: host1 | host2, host3 | host4, host5.
    long[] ms = {4_000, 10_000, 7_000, 1_000, 2_000};
    for (int i = 0; i < ms.length; i++) {
      fixture.host(i + 1).lastMs = ms[i];
    }
    assertThat(estimate(fixture, settings("1", "2", 0))).isEqualTo(Duration.ofSeconds(4 + 10 + 2));
  }

  @Test
  void hostWithoutHistoryIsTakenForTheSlowest() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.host(1).lastMs = 4_000L;
    fixture.host(2).lastMs = 9_000L;
    assertThat(estimate(fixture, settings("1", "1", 0))).isEqualTo(Duration.ofSeconds(4 + 9 + 9));
  }

  @Test
  void pausesAndTheWatchOverTheCanaryAreInIt() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(3, Behavior.GOOD));
    fixture.fleet.hosts.values().forEach(host -> host.lastMs = 1_000L);
    RolloutSettings slow =
        RolloutFixture.baking(
            settings("1", "1", 0), Duration.ofSeconds(60), Duration.ofSeconds(10));
    assertThat(estimate(fixture, slow)).isEqualTo(Duration.ofSeconds(3 + 2 * 10 + 60));
  }

  @Test
  void nothingIsKnownWhereNoHostEverDeployed() throws Exception {
    assertThat(estimate(RolloutFixture.of(Behavior.GOOD, Behavior.GOOD), settings("1", "1", 0)))
        .isNull();
  }

  private static @Nullable Duration estimate(RolloutFixture fixture, RolloutSettings settings)
      throws Exception {
    fixture.rollOut(settings);
    return fixture.events.stream()
        .filter(RolloutEvent.Planned.class::isInstance)
        .map(event -> ((RolloutEvent.Planned) event).plan().estimate())
        .toList()
        .getFirst();
  }
}
