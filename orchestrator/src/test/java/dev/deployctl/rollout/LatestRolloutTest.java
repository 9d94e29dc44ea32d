package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.planning.LatestRollout;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The latest of several rollouts, when the clocks of hosts differ. */
class LatestRolloutTest {
  private static final App BLOG = new App("blog");
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static HostValues.Serving put(String rollout, String since) {
    return new HostValues.Serving(null, null, null, since, "alice", rollout, "deploy", true, null);
  }

  /** Returns the clock of a host whose answer took this long. */
  private static HostClock ahead(Duration by, Duration took) {
    return new HostClock(by.minus(took), by);
  }

  @Test
  void aHostTwoHoursAheadDoesNotDecide() {
    LatestRollout rollouts = new LatestRollout(NOW);
    rollouts.add(
        "web-1",
        put("r-older", "2026-11-23T13:00:00.000Z"),
        ahead(Duration.ofHours(2), Duration.ofSeconds(1)));
    rollouts.add("web-2", put("r-newer", "2026-11-23T11:30:00.000Z"), HostClock.SAME);
    HostValues.Serving last = Objects.requireNonNull(rollouts.find(BLOG));
    assertThat(last.rollout()).isEqualTo("r-newer");
  }

  @Test
  void aHostTwoHoursBehindIsNotForgotten() {
    LatestRollout rollouts = new LatestRollout(NOW);
    rollouts.add("web-1", put("r-older", "2026-11-23T11:00:00.000Z"), HostClock.SAME);
    rollouts.add(
        "web-2",
        put("r-newer", "2026-11-23T09:30:00.000Z"),
        ahead(Duration.ofHours(-2), Duration.ofSeconds(1)));
    HostValues.Serving last = Objects.requireNonNull(rollouts.find(BLOG));
    assertThat(last.rollout()).isEqualTo("r-newer");
  }

  @Test
  void clocksThatMayBeTheSameAreTakenAsTheyAre() {
    LatestRollout rollouts = new LatestRollout(NOW);
    HostClock slowAnswer = ahead(Duration.ofSeconds(3), Duration.ofSeconds(5));
    rollouts.add("web-1", put("r-newer", "2026-11-23T11:00:01.000Z"), slowAnswer);
    rollouts.add("web-2", put("r-older", "2026-11-23T11:00:00.000Z"), HostClock.SAME);
    HostValues.Serving last = Objects.requireNonNull(rollouts.find(BLOG));
    assertThat(last.rollout()).isEqualTo("r-newer");
  }

  @Test
  void whereTheTimesDoNotDecideBothAreNamed() {
    LatestRollout rollouts = new LatestRollout(NOW);
    rollouts.add(
        "web-1",
        put("r-one1", "2026-11-23T13:30:00.000Z"),
        ahead(Duration.ofHours(2), Duration.ofSeconds(20)));
    rollouts.add("web-2", put("r-two2", "2026-11-23T11:30:10.000Z"), HostClock.SAME);
    assertThatThrownBy(() -> rollouts.find(BLOG))
        .isInstanceOfSatisfying(
            DeployException.class,
            refused -> {
              assertThat(refused)
                  .hasMessageContainingAll("r-one1 (web-1", "r-two2 (web-2", "nothing was touched");
              assertThat(refused.hint()).contains("--rollout r-one1", "--rollout r-two2");
            });
  }

  @Test
  void aWorkstationThatGoesWrongDoesNotMatterWhereHostsAgree() {
    LatestRollout rollouts = new LatestRollout(NOW);
    HostClock weekBehind = ahead(Duration.ofDays(-7), Duration.ofSeconds(3));
    rollouts.add("web-1", put("r-newer", "2026-11-16T11:00:01.000Z"), weekBehind);
    rollouts.add("web-2", put("r-older", "2026-11-16T11:00:00.000Z"), weekBehind);
    HostValues.Serving last = Objects.requireNonNull(rollouts.find(BLOG));
    assertThat(last.rollout()).isEqualTo("r-newer");
  }

  @Test
  void aClockThatWasSetBackSinceDecidesNothing() {
    LatestRollout rollouts = new LatestRollout(NOW);
    rollouts.add("web-1", put("r-one1", "2026-11-23T13:30:00.000Z"), HostClock.SAME);
    rollouts.add("web-2", put("r-two2", "2026-11-23T11:30:00.000Z"), HostClock.SAME);
    assertThatThrownBy(() -> rollouts.find(BLOG)).isInstanceOf(DeployException.class);
  }

  @Test
  void oneRolloutOnAllHostsNeedsNoClock() {
    LatestRollout rollouts = new LatestRollout(NOW);
    rollouts.add("web-1", put("r-one1", "2026-11-23T13:30:00.000Z"), HostClock.SAME);
    rollouts.add("web-2", put("r-one1", "2026-11-23T11:30:00.000Z"), HostClock.SAME);
    HostValues.Serving last = Objects.requireNonNull(rollouts.find(BLOG));
    assertThat(last.rollout()).isEqualTo("r-one1");
  }

  @Test
  void theEngineTakesBackTheOneThatCameLastByOneClock() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    Instant now = fixture.timeline.now();
    fixture.host(1).servingRollout = "r-older";
    fixture.host(1).committed = now.minus(Duration.ofMinutes(90));
    fixture.host(1).ahead = Duration.ofHours(2);
    fixture.host(2).servingRollout = "r-newer";
    fixture.host(2).committed = now.minus(Duration.ofMinutes(10));
    fixture.host(1).previous = fixture.host(1).serving;
    fixture.host(2).previous = fixture.host(2).serving;
    RolloutOutcome outcome = fixture.rollBack(null, 4);
    assertThat(outcome.undone()).hasToString("r-newer");
    assertThat(fixture.host(1).undone).isZero();
    assertThat(fixture.host(2).undone).isEqualTo(1);
  }

  @Test
  void timesOfAHostAreCorrectedByItsOwnTime() {
    HostClock clock =
        HostClock.of(
            new AnswerEvents.Finished(1, "history.finished", "2026-11-23T14:00:00.500Z"),
            NOW,
            NOW.plusSeconds(1),
            HostClock.SAME);
    assertThat(clock.isOff()).isTrue();
    assertThat(clock.corrected("2026-11-23T13:00:00.000Z")).isEqualTo("2026-11-23T11:00:00.000Z");
    assertThat(clock.corrected("no time")).isEqualTo("no time");
  }
}
