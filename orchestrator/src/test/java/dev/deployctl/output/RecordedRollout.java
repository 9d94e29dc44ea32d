package dev.deployctl.output;

import dev.deployctl.event.HostEvent;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutEvent.Stage;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/** Sends the events of a rollout to a sink, with its own clock. */
public final class RecordedRollout extends Clock {
  private final EventSink sink;
  private Instant now;

  public RecordedRollout(java.util.function.Function<Clock, EventSink> sink) {
    this.now = Instant.parse("2026-11-23T03:04:05.123Z");
    this.sink = sink.apply(this);
  }

  public RecordedRollout after(long millis) {
    now = now.plusMillis(millis);
    return this;
  }

  public RecordedRollout tell(RolloutEvent event) {
    sink.tell(event);
    return this;
  }

  /** Sends the events before the first batch. */
  public RecordedRollout begin(RolloutPlan plan) {
    int hosts = plan.hosts().size();
    for (Stage stage : List.of(Stage.PREFLIGHT, Stage.LOCK, Stage.PULL)) {
      tell(new RolloutEvent.StageStarted(stage, hosts));
      plan.hosts().forEach(host -> tell(new RolloutEvent.StageProgress(stage, host, true, "ok")));
      after(800);
      tell(new RolloutEvent.StageFinished(stage, hosts, hosts, Duration.ofMillis(800)));
      if (stage == Stage.PREFLIGHT) {
        tell(new RolloutEvent.Planned(plan));
      }
    }
    return this;
  }

  public RecordedRollout batch(RolloutPlan plan, int number) {
    RolloutPlan.Batch batch = plan.batches().get(number - 1);
    tell(
        new RolloutEvent.BatchStarted(
            number, plan.batches().size(), batch.hosts(), batch.canary()));
    batch.hosts().forEach(host -> tell(new RolloutEvent.HostStarted(host)));
    return this;
  }

  public RecordedRollout step(Host host, String step) {
    return event(host, new TransactionEvents.StepStarted(1, step));
  }

  public RecordedRollout event(Host host, HostEvent event) {
    return tell(new RolloutEvent.HostTold(host, event));
  }

  public RecordedRollout finish(HostOutcome outcome) {
    return tell(new RolloutEvent.HostFinished(outcome));
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
