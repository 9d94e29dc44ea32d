package dev.deployctl.output.page;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.RecordedRollout;
import dev.deployctl.output.report.Invocation;
import dev.deployctl.rollout.outcome.CanaryResult;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reports of rollouts as they happen: a good one, one that was stopped, and one of hostile text.
 */
// NullAway does not find the annotation of a nested type in a class file.
@SuppressWarnings("NullAway")
public final class SampleReports {
  static final String HOSTILE =
      "<script>alert(1)</script> & \"x\" 'y' onload=alert(2) ${3}\n</code></pre>\u001b[2J\u202e";

  private static final Instant ENDED = Instant.parse("2026-11-23T03:05:36.500Z");
  private static final Map<String, Integer> STEPS =
      Map.of(
          "env", 40, "pull", 310, "start", 900, "health", 3200, "switch", 30, "verify", 420,
          "commit", 20, "drain", 5100, "stop", 700);
  private static final List<String> ORDER =
      List.of("env", "pull", "start", "health", "switch", "verify", "commit", "drain", "stop");

  /** A canary that did as well as the release before it. */
  private static final CanaryResult CANARY =
      new CanaryResult(
          CanaryResult.Verdict.GOOD,
          "canary: 0.1 % of 4210 requests ended in 5xx (before: 0.1 % of 4190), 95 % within 48 ms"
              + " (before: 51 ms)",
          new Requests(4210, 4, 11L, 48L, 60),
          new Requests(4190, 5, 12L, 51L, 60));

  private SampleReports() {}

  /** Twelve hosts in four batches, all updated. */
  public static String good() {
    RolloutPlan plan = Fixtures.plan(12);
    Run run = new Run(plan);
    for (int batch = 1; batch <= plan.batches().size(); batch++) {
      run.batch(batch, Map.of());
    }
    return run.page(
        Ending.DONE,
        List.of(),
        List.of(
            new GateResult(
                "error rate",
                "alarm",
                "canary",
                true,
                "alarm shop-5xx is OK",
                Duration.ofMillis(640)),
            new GateResult(
                "smoke test",
                "command",
                "batch 2",
                true,
                "bin/smoke exited with 0",
                Duration.ofSeconds(4))));
  }

  /** The second batch has two hosts that never become healthy, and the rest is left as it was. */
  public static String stopped() {
    RolloutPlan plan = Fixtures.plan(12);
    Run run = new Run(plan);
    run.batch(1, Map.of());
    List<Host> second = plan.batches().get(1).hosts();
    run.batch(2, Map.of(second.get(0), neverHealthy(), second.get(2), neverHealthy()));
    return run.page(
        Ending.OVER_BUDGET,
        List.of("web-c002: could not renew the lock (connection reset); it expires in 80 s"),
        List.of());
  }

  private static HostError neverHealthy() {
    return new HostError(
        "release-failed",
        "never healthy in 60 s",
        null,
        "look at the log of the release; the same image will fail again",
        new HostError.Verdict(
            "GET /healthz over socket: 500 in 12 ms",
            "running, 0 restarts, not out of memory",
            List.of(
                "2026-11-23T03:04:39Z INFO  booting shop 4f2c1d9, 4 workers",
                "2026-11-23T03:04:41Z INFO  connected to postgres at db-1:5432",
                "2026-11-23T03:04:41Z ERROR relation \"orders_v2\" does not exist (migration"
                    + " 20261101 has not run)",
                "2026-11-23T03:04:41Z ERROR health: database schema is behind by 1 migration")));
  }

  /** Every text that comes from outside tries to break out of its place. */
  static String hostile() {
    Host host = new Host("i-1", HOSTILE, "10.0.0.1", HOSTILE, Map.of());
    HostError error =
        new HostError(
            "internal",
            HOSTILE,
            HOSTILE,
            HOSTILE,
            new HostError.Verdict(HOSTILE, HOSTILE, List.of(HOSTILE, HOSTILE)));
    RolloutPlan plan =
        Fixtures.plan(
            List.of(new RolloutPlan.Batch(List.of(host), true)),
            Fixtures.serving(List.of(host), Fixtures.V1),
            dev.deployctl.model.OnFailure.STOP);
    Recording recording = new Recording(java.time.Clock.systemUTC());
    recording.tell(new RolloutEvent.Planned(plan));
    recording.tell(new RolloutEvent.BatchStarted(1, 1, List.of(host), true));
    recording.tell(new RolloutEvent.HostStarted(host));
    recording.tell(
        new RolloutEvent.HostTold(
            host, new TransactionEvents.StepFailed(1, HOSTILE, 5, error, OtherFields.NONE)));
    HostOutcome failed =
        new HostOutcome.Failed(
            host, Fixtures.V1, Fixtures.V2, new Step(HOSTILE), error, false, Duration.ofSeconds(1));
    recording.tell(new RolloutEvent.HostFinished(failed));
    RolloutOutcome outcome =
        new RolloutOutcome(
            new RolloutId("r-7k2m4qxz"),
            Fixtures.BLOG,
            Ending.OVER_BUDGET,
            Fixtures.V2,
            List.of(failed),
            0,
            Duration.ofSeconds(2),
            List.of(HOSTILE),
            null,
            null,
            CanaryResult.of(CanaryResult.Verdict.NOT_KNOWN, "canary: " + HOSTILE),
            List.of(new GateResult(HOSTILE, HOSTILE, HOSTILE, false, HOSTILE, Duration.ZERO)),
            new SourceChange("javascript:alert(4)", HOSTILE, HOSTILE, null, null));
    return new ReportPage(
            new Invocation("rollout", HOSTILE, List.of(HOSTILE), List.of()), outcome, recording)
        .html(ENDED);
  }

  /** A rollout while it runs. */
  private static final class Run {
    private final RolloutPlan plan;
    private final RecordedRollout events;
    private final Map<String, HostOutcome> outcomes = new HashMap<>();
    private final Recording recording;
    private int failures;

    Run(RolloutPlan plan) {
      this.plan = plan;
      Recording[] made = new Recording[1];
      this.events =
          new RecordedRollout(
              clock -> {
                made[0] = new Recording(clock);
                return made[0];
              });
      this.recording = made[0];
      events.begin(plan);
    }

    void batch(int number, Map<Host, HostError> failing) {
      events.batch(plan, number);
      List<Host> hosts = plan.batches().get(number - 1).hosts();
      for (String step : ORDER) {
        for (Host host : hosts) {
          if (!outcomes.containsKey(host.id())) {
            events.step(host, step);
          }
        }
        List<Host> going = hosts.stream().filter(host -> !outcomes.containsKey(host.id())).toList();
        for (Host host : going) {
          HostError error = step.equals("health") ? failing.get(host) : null;
          int ms = STEPS.getOrDefault(step, 0) + 20 * Math.floorMod(host.name().hashCode() * 7, 23);
          if (error == null) {
            events.after(ms / going.size());
            events.event(host, new TransactionEvents.StepFinished(1, step, ms, OtherFields.NONE));
          } else {
            events.event(
                host, new TransactionEvents.StepFailed(1, step, 4100, error, OtherFields.NONE));
            end(
                new HostOutcome.Failed(
                    host,
                    Fixtures.V1,
                    Fixtures.V2,
                    new Step(step),
                    error,
                    false,
                    Duration.ofMillis(11_300)));
            failures++;
          }
        }
      }
      for (Host host : hosts) {
        if (!outcomes.containsKey(host.id())) {
          end(
              new HostOutcome.Updated(
                  host,
                  Fixtures.V1,
                  Fixtures.V2,
                  Duration.ofMillis(10_700),
                  0,
                  List.of(),
                  new Receipt(1204, 0, 1187L, 1L, 0, null)));
        }
      }
      events.tell(new RolloutEvent.BatchFinished(number, plan.batches().size(), failures, 1));
      events.after(2000);
    }

    private void end(HostOutcome outcome) {
      outcomes.put(outcome.host().id(), outcome);
      events.finish(outcome);
    }

    String page(Ending ending, List<String> notes, List<GateResult> gates) {
      List<HostOutcome> all = new ArrayList<>();
      plan.hosts()
          .forEach(host -> all.add(outcomes.getOrDefault(host.id(), Fixtures.untouched(host))));
      RolloutOutcome outcome =
          new RolloutOutcome(
              new RolloutId("r-7k2m4qxz"),
              new App("shop"),
              ending,
              Fixtures.V2,
              all,
              1,
              Duration.ofSeconds(81),
              Stream.concat(Stream.of(CANARY.text()), notes.stream()).toList(),
              null,
              null,
              CANARY,
              gates,
              new SourceChange(
                  "https://github.com/example/shop",
                  "8e1f0a77c2d4",
                  "4f2c1d9be610",
                  Instant.parse("2026-11-20T09:12:00Z"),
                  Instant.parse("2026-11-22T16:40:00Z")));
      return new ReportPage(
              new Invocation("rollout", "production", List.of(), List.of()), outcome, recording)
          .html(ENDED);
    }
  }
}
