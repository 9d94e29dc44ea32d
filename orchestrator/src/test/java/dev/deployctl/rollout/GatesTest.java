package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.gated;
import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Gate;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.gate.GateKeeper;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gates between batches, which decide whether a rollout goes on. */
class GatesTest {
  private static final RolloutSettings THREE_BATCHES = settings("1", "2", 0);

  private final RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(5, Behavior.GOOD));
  private final List<String> asked = new ArrayList<>();

  private static Gate command(String name, Gate.After after) {
    return gate(name, after, Duration.ZERO, new Gate.Command(List.of("bin/smoke")));
  }

  private static Gate gate(String name, Gate.After after, Duration hold, Gate.Check check) {
    return new Gate(name, after, Duration.ofSeconds(30), hold, check);
  }

  /** Answers yes but for the gates and moments that are named, as in {@code smoke@batch 2}. */
  private void refuses(String... moments) {
    fixture.keeper =
        (gate, moment, output) -> {
          String here = gate.name() + "@" + moment.after();
          asked.add(here + ":" + moment.updated().size());
          return List.of(moments).contains(here)
              ? new GateKeeper.Answer(false, "HTTP 500")
              : new GateKeeper.Answer(true, "HTTP 200");
        };
  }

  private static long untouched(RolloutOutcome outcome) {
    return outcome.hosts().stream().filter(HostOutcome.Untouched.class::isInstance).count();
  }

  @Test
  void eachGateFollowsItsBatchesAndKnowsTheHostsChangedSoFar() throws Exception {
    refuses();
    RolloutOutcome outcome =
        fixture.rollOut(
            gated(
                THREE_BATCHES,
                command("canary", Gate.After.CANARY),
                command("batch", Gate.After.BATCH),
                command("each", Gate.After.EACH)));

    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(asked)
        .containsExactly(
            "canary@canary:1",
            "each@canary:1",
            "batch@batch 2:3",
            "each@batch 2:3",
            "batch@batch 3:5",
            "each@batch 3:5");
    assertThat(outcome.gates()).hasSize(6).allMatch(GateResult::passed);
    assertThat(fixture.events.stream().filter(RolloutEvent.GateStarted.class::isInstance))
        .hasSize(6);
    assertThat(fixture.events.stream().filter(RolloutEvent.GateFinished.class::isInstance))
        .hasSize(6);
  }

  @Test
  void gateThatDoesNotPassStopsTheRolloutAndTheNextGateIsNotAsked() throws Exception {
    refuses("first@batch 2");
    RolloutOutcome outcome =
        fixture.rollOut(
            gated(
                THREE_BATCHES,
                command("first", Gate.After.EACH),
                command("second", Gate.After.EACH)));

    assertThat(outcome.ending()).isEqualTo(Ending.GATE_FAILED);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(untouched(outcome)).isEqualTo(2);
    assertThat(outcome.failedGate())
        .isNotNull()
        .extracting(GateResult::name, GateResult::after, GateResult::message)
        .containsExactly("first", "batch 2", "HTTP 500");
    assertThat(asked).last().isEqualTo("first@batch 2:3");
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void changedHostsAreRolledBackWhereThatIsAskedFor() throws Exception {
    refuses("smoke@batch 3");
    RolloutOutcome outcome =
        fixture.rollOut(
            gated(
                RolloutFixture.with(THREE_BATCHES, OnFailure.ROLLBACK, 0),
                command("smoke", Gate.After.EACH)));

    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(outcome.hosts()).allMatch(HostOutcome.RolledBack.class::isInstance);
  }

  @Test
  void gateThatBreaksDoesNotPass() throws Exception {
    fixture.keeper =
        (gate, moment, output) -> {
          throw new IllegalStateException("no such thing");
        };
    RolloutOutcome outcome =
        fixture.rollOut(gated(THREE_BATCHES, command("smoke", Gate.After.CANARY)));

    assertThat(outcome.ending()).isEqualTo(Ending.GATE_FAILED);
    assertThat(outcome.gates())
        .singleElement()
        .extracting(GateResult::message)
        .isEqualTo("could not be asked: no such thing");
  }

  @Test
  void linesOfAGateAreEvents() throws Exception {
    fixture.keeper =
        (gate, moment, output) -> {
          output.accept("GET /login 200");
          return new GateKeeper.Answer(true, "good");
        };
    fixture.rollOut(gated(THREE_BATCHES, command("smoke", Gate.After.CANARY)));

    assertThat(fixture.events).contains(new RolloutEvent.GateTold("smoke", "GET /login 200"));
  }

  @Test
  void gateThatMustStayGoodIsAskedAgainAndTheLocksAreRenewedMeanwhile() throws Exception {
    List<Duration> moments = new ArrayList<>();
    fixture.keeper =
        (gate, moment, output) -> {
          moments.add(fixture.timeline.elapsed());
          assertThat(fixture.fleet.hosts.values())
              .allSatisfy(host -> assertThat(host.lock).isNotNull());
          return new GateKeeper.Answer(true, "OK");
        };
    Gate alarm =
        gate(
            "alarm",
            Gate.After.CANARY,
            Duration.ofMinutes(10),
            new Gate.Alarm(List.of("blog-5xx"), null));
    RolloutOutcome outcome = fixture.rollOut(gated(THREE_BATCHES, alarm));

    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(moments.getLast().minus(moments.getFirst())).isEqualTo(Duration.ofMinutes(10));
    assertThat(moments).hasSize(41);
    assertThat(outcome.gates().getFirst().took()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void firstBadAnswerOfAGateThatMustStayGoodEndsIt() throws Exception {
    fixture.keeper =
        (gate, moment, output) -> {
          asked.add(gate.name());
          return new GateKeeper.Answer(asked.size() < 3, "state " + asked.size());
        };
    Gate url =
        gate(
            "url",
            Gate.After.CANARY,
            Duration.ofMinutes(10),
            new Gate.Url(java.net.URI.create("https://blog.example.com/")));
    RolloutOutcome outcome = fixture.rollOut(gated(THREE_BATCHES, url));

    assertThat(outcome.ending()).isEqualTo(Ending.GATE_FAILED);
    assertThat(outcome.gates().getFirst().message()).isEqualTo("state 3");
  }

  @Test
  void nobodyIsAskedWhetherToContinueAfterTheLastBatch() throws Exception {
    refuses();
    Gate question =
        gate("ask", Gate.After.EACH, Duration.ZERO, new Gate.Question("Does it look good?"));
    fixture.rollOut(gated(THREE_BATCHES, question));

    assertThat(asked).containsExactly("ask@canary:1", "ask@batch 2:3");
  }

  @Test
  void interruptDuringAGateEndsItAtOnceAndRollsNothingBack() throws Exception {
    fixture.keeper =
        (gate, moment, output) -> {
          fixture.interruption.request();
          throw new InterruptedException();
        };
    RolloutOutcome outcome =
        fixture.rollOut(
            gated(
                RolloutFixture.with(THREE_BATCHES, OnFailure.ROLLBACK, 0),
                command("smoke", Gate.After.EACH)));

    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertThat(untouched(outcome)).isEqualTo(4);
    assertThat(outcome.gates().getFirst().passed()).isFalse();
    assertThat(outcome.gates().getFirst().message()).isEqualTo("not answered: interrupted");
  }

  @Test
  void rolloutThatWasInterruptedInItsLastGateIsNotDone() throws Exception {
    fixture.keeper =
        (gate, moment, output) -> {
          if (moment.after().equals("batch 3")) {
            fixture.interruption.request();
            throw new InterruptedException();
          }
          return new GateKeeper.Answer(true, "good");
        };
    RolloutOutcome outcome =
        fixture.rollOut(gated(THREE_BATCHES, command("smoke", Gate.After.EACH)));

    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(untouched(outcome)).isZero();
  }

  @Test
  void canaryThatIsWorseIsNotShownToGates() throws Exception {
    refuses();
    fixture.host(1).errors = 30;
    RolloutSettings watched =
        RolloutFixture.baking(THREE_BATCHES, Duration.ofMinutes(1), Duration.ZERO);
    RolloutOutcome outcome = fixture.rollOut(gated(watched, command("smoke", Gate.After.EACH)));

    assertThat(outcome.ending()).isEqualTo(Ending.CANARY_WORSE);
    assertThat(asked).isEmpty();
  }

  @Test
  void gateThatFollowsNoBatchIsWarnedOf() throws Exception {
    RolloutPlan plan =
        fixture.plan(gated(settings("0", "2", 0), command("smoke", Gate.After.CANARY)));

    assertThat(plan.warnings())
        .contains("the gate smoke is not asked: it follows the canary, and there is none");
    assertThat(plan.serving()).isNotEqualTo(Map.of());
  }
}
