package dev.deployctl.output.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.RecordedRollout;
import dev.deployctl.output.terminal.Columns;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutEvent.Stage;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveFrameTest {
  /** A sink that keeps the state of the rollout and draws nothing. */
  private static final class Memory implements EventSink {
    private final Clock clock;
    private final Progress progress;

    Memory(Clock clock) {
      this.clock = clock;
      this.progress = new Progress(clock.instant());
    }

    @Override
    public void tell(RolloutEvent event) {
      progress.apply(event, clock.instant());
    }

    String frame(Terminal terminal) {
      StringBuilder text = new StringBuilder();
      for (Line line : new LiveFrame(terminal, progress, clock.instant()).lines()) {
        text.append(line.text(terminal.width())).append('\n');
      }
      return text.toString();
    }
  }

  private final Memory[] memory = new Memory[1];
  private final RecordedRollout recorded =
      new RecordedRollout(clock -> memory[0] = new Memory(clock));

  @Test
  void threeHostsHaveALineEach() {
    RolloutPlan plan = Fixtures.plan(3);
    List<Host> hosts = plan.hosts();
    recorded.begin(plan).batch(plan, 1).step(hosts.get(0), "pull").after(9000);
    recorded.finish(Fixtures.updated(hosts.get(0)));
    recorded.tell(new RolloutEvent.BatchFinished(1, 3, 0, 1)).batch(plan, 2);
    recorded.step(hosts.get(1), "health").after(3200);
    recorded.event(
        hosts.get(1), new TransactionEvents.HealthProbe(4, 1, false, "503 Service Unavailable", 3));
    golden("live-3");
  }

  @Test
  void ofThreeHundredHostsThoseThatRunOrFailedHaveLines() {
    RolloutPlan plan = Fixtures.plan(300);
    recorded.begin(plan).batch(plan, 1).after(9000).finish(Fixtures.updated(plan.hosts().get(0)));
    recorded.tell(new RolloutEvent.BatchFinished(1, 5, 0, 1)).batch(plan, 2).after(7000);
    List<Host> batch = plan.batches().get(1).hosts();
    for (int i = 0; i < batch.size(); i++) {
      recorded.step(batch.get(i), i % 3 == 0 ? "drain" : "health");
      if (i < 30) {
        recorded.finish(i == 3 ? Fixtures.failed(batch.get(i)) : Fixtures.updated(batch.get(i)));
      }
    }
    recorded.event(batch.get(33), new TransactionEvents.DrainProgress(5, 4, 2100)).after(1500);
    golden("live-300");
  }

  @Test
  void aBudgetThatIsSpentAndARefusedPreflightAreSeen() {
    RolloutPlan plan = Fixtures.plan(3);
    recorded
        .begin(plan)
        .tell(
            new RolloutEvent.StageProgress(
                Stage.PULL, plan.hosts().get(2), false, "registry does not answer"))
        .batch(plan, 1)
        .finish(Fixtures.failed(plan.hosts().get(0)))
        .tell(new RolloutEvent.BudgetSpent(1, 0));
    golden("live-over-budget");
  }

  @Test
  void aPauseCountsDown() {
    RolloutPlan plan = Fixtures.plan(3);
    recorded
        .begin(plan)
        .tell(new RolloutEvent.Paused(Duration.ofSeconds(60), "watching the canary"));
    assertThat(memory().frame(Golden.UNICODE_120)).contains("watching the canary, 1 min left");
    recorded.after(55_500);
    assertThat(memory().frame(Golden.UNICODE_120)).contains("watching the canary, 4 s left");
    recorded.after(10_000);
    assertThat(memory().frame(Golden.UNICODE_120)).contains("watching the canary\n");
  }

  @Test
  void onANarrowTerminalTheBatchStaysAndFinishedStagesGo() {
    RolloutPlan plan = Fixtures.plan(300);
    recorded.begin(plan).batch(plan, 1);
    String first =
        memory().frame(new Terminal(40, 24, false, true, true)).lines().findFirst().get();
    assertThat(first).isEqualTo(" ▶ batch 1 of 5 (canary)");
  }

  @Test
  void theLastPictureSaysHowItEnded() {
    RolloutPlan plan = Fixtures.plan(3);
    recorded.begin(plan).batch(plan, 1).finish(Fixtures.failed(plan.hosts().get(0)));
    recorded.tell(
        new RolloutEvent.Finished(
            Fixtures.outcome(
                RolloutOutcome.Ending.OVER_BUDGET,
                Fixtures.V2,
                List.of(Fixtures.failed(plan.hosts().get(0))))));
    assertThat(memory().frame(Golden.UNICODE_120))
        .contains("✗ batch 1 of 3 (canary)")
        .doesNotContain(" left");
  }

  @Test
  void aHostThatIsTakenBackRunsAgainAndThenIsBack() {
    RolloutPlan plan = Fixtures.plan(3);
    Host host = plan.hosts().get(0);
    recorded.begin(plan).batch(plan, 1).finish(Fixtures.updated(host));
    recorded.tell(new RolloutEvent.StageStarted(Stage.ROLLBACK, 1));
    recorded.tell(new RolloutEvent.HostStarted(host)).step(host, "switch");
    assertThat(memory().frame(Golden.UNICODE_120)).contains("web-a1  a  ▶ switch");
    recorded.finish(
        new HostOutcome.RolledBack(host, Fixtures.V2, Fixtures.V1, Duration.ofSeconds(2)));
    assertThat(memory().frame(Golden.UNICODE_120)).contains("web-a1  a  < rolled back, v1 is live");
  }

  @ParameterizedTest
  @CsvSource({"3,80,24", "300,80,24", "300,20,10", "300,1,1", "3,5,3", "300,200,400", "40,80,6"})
  void aPictureNeverExceedsTheTerminal(int number, int width, int height) {
    Terminal terminal = new Terminal(width, height, false, true, true);
    RolloutPlan plan = Fixtures.plan(number);
    fits(terminal);
    recorded.begin(plan);
    fits(terminal);
    for (int batch = 1; batch <= plan.batches().size(); batch++) {
      recorded.batch(plan, batch);
      fits(terminal);
      List<Host> hosts = plan.batches().get(batch - 1).hosts();
      for (Host host : hosts) {
        recorded.step(host, "health").after(300);
        recorded.event(host, new TransactionEvents.HealthProbe(1, 1, false, "坏".repeat(90), 3));
        fits(terminal);
        boolean bad = host.name().hashCode() % 5 == 0;
        recorded.finish(bad ? Fixtures.failed(host) : Fixtures.updated(host));
      }
      fits(terminal);
    }
  }

  private void fits(Terminal terminal) {
    List<String> lines = memory().frame(terminal).lines().toList();
    assertThat(lines.size()).isLessThanOrEqualTo(Math.max(1, terminal.height() - 1));
    assertThat(lines)
        .allSatisfy(line -> assertThat(Columns.of(line)).isLessThanOrEqualTo(terminal.width()));
  }

  @Test
  void hostsOfOneNameAreTwoLines() {
    Host one = new Host("i-0aa1", "web", "10.0.0.1", "", Map.of());
    Host two = new Host("i-0aa2", "web", "10.0.0.2", "", Map.of());
    recorded.tell(new RolloutEvent.HostStarted(one)).tell(new RolloutEvent.HostStarted(two));
    assertThat(memory().frame(Golden.UNICODE_120)).contains("web (i-0aa1)", "web (i-0aa2)");
  }

  private Memory memory() {
    return java.util.Objects.requireNonNull(memory[0]);
  }

  private void golden(String name) {
    Golden.check(name + "-80-ascii", memory().frame(Golden.ASCII_80));
    Golden.check(name + "-120-colour", memory().frame(Golden.COLOUR_120));
    Golden.check(name + "-120", memory().frame(Golden.UNICODE_120));
  }
}
