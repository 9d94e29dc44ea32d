package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.model.Gate;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes the plan of a rollout or rollback, for programs. */
final class PlanJson {
  private PlanJson() {}

  static ObjectNode of(RolloutPlan plan) {
    ObjectNode json = Json.object().put("app", plan.app().name());
    json.set("wanted", Json.release(plan.wanted()));
    json.put("digest", Json.text(plan.wanted().digest())).put("restart", plan.restart());
    json.set(
        "batches",
        Json.list(
            plan.batches(),
            batch -> {
              ObjectNode one = Json.object().put("canary", batch.canary());
              one.set("hosts", Json.list(batch.hosts(), host -> serving(host, plan)));
              return one;
            }));
    json.set("skipped", Json.list(plan.skipped(), host -> serving(host, plan)));
    json.set("unreachable", Json.list(plan.unreachable(), OutcomeJson::of));
    json.set("env", Json.tree(plan.env()));
    json.put("max_failures", plan.maxFailures()).put("max_unreachable", plan.maxUnreachable());
    RolloutSettings settings = plan.settings();
    json.put("on_failure", Json.word(settings.onFailure()))
        .put("pause_ms", settings.pause().toMillis())
        .put("bake_ms", settings.bake().toMillis());
    json.set("gates", Json.list(settings.gates(), PlanJson::gate));
    json.set("release_command", release(plan.release()));
    json.set("source", source(plan.source()));
    json.set("hold", hold(plan.hold()));
    json.put("estimate_ms", millis(plan.estimate()));
    json.set("warnings", Json.texts(plan.warnings()));
    return json;
  }

  static ObjectNode of(RollbackPlan plan) {
    ObjectNode json =
        Json.object()
            .put("app", plan.app().name())
            .put("undone", plan.undone().value())
            .put("by", plan.by())
            .put("since", plan.since());
    json.set(
        "hosts",
        Json.list(
            plan.hosts(),
            host -> {
              ObjectNode one = Json.host(host);
              one.set("from", Json.release(plan.from().get(host.id())));
              one.set("to", Json.release(plan.to().get(host.id())));
              return one;
            }));
    json.set("untouched", Json.list(plan.untouched(), Json::host));
    json.set("unreachable", Json.list(plan.unreachable(), OutcomeJson::of));
    json.set("warnings", Json.texts(plan.warnings()));
    return json;
  }

  private static ObjectNode gate(Gate gate) {
    return Json.object()
        .put("name", gate.name())
        .put("kind", gate.kind())
        .put("after", Json.word(gate.after()))
        .put("timeout_ms", gate.timeout().toMillis())
        .put("for_ms", gate.hold().toMillis());
  }

  static JsonNode source(@Nullable SourceChange change) {
    if (change == null) {
      return Json.tree(null);
    }
    return Json.object()
        .put("repository", change.repository())
        .put("from", change.from())
        .put("to", change.to())
        .put("built_from", Json.text(change.builtFrom()))
        .put("built_to", Json.text(change.builtTo()))
        .put("older", change.older())
        .put("compare", change.compare());
  }

  private static JsonNode hold(@Nullable HoldPlan hold) {
    return switch (hold) {
      case null -> Json.tree(null);
      case HoldPlan.Start start ->
          Json.object().put("action", "hold").put("seconds", start.time().toSeconds());
      case HoldPlan.Promote promote -> {
        ObjectNode json = Json.object().put("action", "promote");
        json.set("hosts", Json.list(promote.hosts(), Json::host));
        json.set("held", Json.tree(promote.held()));
        yield json;
      }
    };
  }

  private static JsonNode release(@Nullable ReleaseCommand command) {
    if (command == null) {
      return Json.tree(null);
    }
    ObjectNode json = Json.object();
    json.set("host", Json.host(command.host()));
    json.set("command", Json.texts(command.words()));
    json.set("check", command.check().isEmpty() ? Json.tree(null) : Json.texts(command.check()));
    return json.put("ran", command.ran())
        .put("pending", command.pending())
        .put("last_ms", millis(command.last()));
  }

  private static ObjectNode serving(Host host, RolloutPlan plan) {
    ObjectNode json = Json.host(host);
    json.set("serving", Json.release(plan.serving().get(host.id())));
    return json;
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }
}
