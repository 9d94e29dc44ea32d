package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Host;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Two operators who roll out to some of the same hosts at nearly the same time. */
class TwoOperatorsProperties {
  private static final int HOSTS = 12;

  @Property(tries = 500)
  void oneWinsAndTheOtherTouchesNothing(
      @ForAll @Size(HOSTS) List<@IntRange(min = 0, max = 3) Integer> whose,
      @ForAll @IntRange(min = 0, max = 400) int laterByMillis,
      @ForAll @IntRange(min = 1, max = 8) int batch)
      throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(HOSTS, Behavior.GOOD));
    List<Host> alices = of(fixture, whose, 1);
    List<Host> bobs = of(fixture, whose, 2);
    boolean overlap = whose.contains(3);
    Map<String, RolloutOutcome> outcomes = new HashMap<>();
    fixture.timeline.play(
        () -> {
          fixture.timeline.forEach(
              List.of("alice", "bob"),
              2,
              who -> {
                boolean bob = who.equals("bob");
                if (bob) {
                  fixture.timeline.sleep(Duration.ofMillis(laterByMillis));
                }
                List<Host> hosts = bob ? bobs : alices;
                if (!hosts.isEmpty()) {
                  outcomes.put(
                      who,
                      fixture.rollOut(
                          hosts,
                          RolloutFixture.settings("1", String.valueOf(batch), 0),
                          event -> {}));
                }
              });
          return null;
        });
    if (overlap) {
      assertThat(outcomes.values().stream().map(RolloutOutcome::ending))
          .containsExactlyInAnyOrder(Ending.DONE, Ending.LOCKED);
    } else {
      assertThat(outcomes.values()).allMatch(outcome -> outcome.ending() == Ending.DONE);
    }
    for (RolloutOutcome outcome : outcomes.values()) {
      if (outcome.ending() == Ending.LOCKED) {
        assertThat(outcome.hosts()).noneMatch(HostOutcome::changed);
        assertThat(outcome.exitCode()).isEqualTo(4);
      }
    }
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.lock).isNull();
              assertThat(host.begun).isLessThanOrEqualTo(1);
            });
  }

  /** The hosts of each operator: bit 1 for alice, bit 2 for bob. */
  private static List<Host> of(RolloutFixture fixture, List<Integer> whose, int bit) {
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < whose.size(); i++) {
      if ((whose.get(i) & bit) != 0) {
        hosts.add(fixture.hosts.get(i));
      }
    }
    return hosts;
  }
}
