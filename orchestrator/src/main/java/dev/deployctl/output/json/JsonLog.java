package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.EventJson;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutEvent.Stage;
import java.io.PrintWriter;
import java.time.Clock;

/** Tells a rollout to programs: one object an event, the last one with the whole outcome. */
public final class JsonLog implements EventSink {
  private final JsonLines lines;

  public JsonLog(PrintWriter out, Clock clock) {
    this.lines = new JsonLines(out, clock);
  }

  @Override
  public void tell(RolloutEvent event) {
    lines.write(type(event), fields(event));
  }

  private static ObjectNode fields(RolloutEvent event) {
    ObjectNode json = Json.object();
    switch (event) {
      case RolloutEvent.StageStarted stage ->
          stage(json, stage.stage()).put("hosts", stage.hosts());
      case RolloutEvent.StageProgress one -> {
        stage(json, one.stage()).set("host", Json.host(one.host()));
        json.put("ok", one.ok()).put("message", one.message());
      }
      case RolloutEvent.StageFinished stage ->
          stage(json, stage.stage())
              .put("ok", stage.ok())
              .put("hosts", stage.hosts())
              .put("ms", stage.took().toMillis());
      case RolloutEvent.Planned planned -> json.set("plan", PlanJson.of(planned.plan()));
      case RolloutEvent.SourceKnown known -> json.set("source", PlanJson.source(known.source()));
      case RolloutEvent.BatchStarted batch -> {
        json.put("batch", batch.number()).put("of", batch.of()).put("canary", batch.canary());
        json.set("hosts", Json.list(batch.hosts(), Json::host));
      }
      case RolloutEvent.BatchFinished batch ->
          json.put("batch", batch.number())
              .put("of", batch.of())
              .put("failures", batch.failures())
              .put("max_failures", batch.budget());
      case RolloutEvent.HostStarted started -> json.set("host", Json.host(started.host()));
      case RolloutEvent.HostTold told -> {
        json.set("host", Json.host(told.host()));
        json.set("event", EventJson.of(told.event()));
      }
      case RolloutEvent.Reattaching again -> {
        json.set("host", Json.host(again.host()));
        json.put("attempt", again.attempt()).put("reason", again.reason());
      }
      case RolloutEvent.HostFinished finished -> json.setAll(OutcomeJson.of(finished.outcome()));
      case RolloutEvent.Paused paused ->
          json.put("ms", paused.duration().toMillis()).put("why", paused.why());
      case RolloutEvent.GateStarted gate ->
          json.put("name", gate.name()).put("kind", gate.kind()).put("after", gate.after());
      case RolloutEvent.GateTold told -> json.put("name", told.name()).put("line", told.line());
      case RolloutEvent.GateFinished gate -> json.setAll(OutcomeJson.gate(gate.result()));
      case RolloutEvent.BudgetSpent spent ->
          json.put("failures", spent.failures()).put("max_failures", spent.budget());
      case RolloutEvent.Interrupted interrupted -> json.put("running", interrupted.running());
      case RolloutEvent.Note note -> json.put("message", note.message());
      case RolloutEvent.Finished finished -> json.setAll(OutcomeJson.of(finished.outcome()));
    }
    return json;
  }

  private static ObjectNode stage(ObjectNode json, Stage stage) {
    return json.put("stage", Json.word(stage));
  }

  private static String type(RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.StageStarted _ -> "stage.started";
      case RolloutEvent.StageProgress _ -> "stage.progress";
      case RolloutEvent.StageFinished _ -> "stage.finished";
      case RolloutEvent.Planned _ -> "rollout.planned";
      case RolloutEvent.SourceKnown _ -> "rollout.source";
      case RolloutEvent.BatchStarted _ -> "batch.started";
      case RolloutEvent.BatchFinished _ -> "batch.finished";
      case RolloutEvent.HostStarted _ -> "host.started";
      case RolloutEvent.HostTold _ -> "host.event";
      case RolloutEvent.Reattaching _ -> "host.reattaching";
      case RolloutEvent.HostFinished _ -> "host.finished";
      case RolloutEvent.Paused _ -> "rollout.paused";
      case RolloutEvent.GateStarted _ -> "gate.started";
      case RolloutEvent.GateTold _ -> "gate.output";
      case RolloutEvent.GateFinished _ -> "gate.finished";
      case RolloutEvent.BudgetSpent _ -> "budget.spent";
      case RolloutEvent.Interrupted _ -> "rollout.interrupted";
      case RolloutEvent.Note _ -> "note";
      case RolloutEvent.Finished _ -> "rollout.finished";
    };
  }
}
