package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.CanaryResult;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes the outcomes of hosts and rollouts, for programs. */
final class OutcomeJson {
  private OutcomeJson() {}

  static ObjectNode of(RolloutOutcome outcome) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    outcome.hosts().forEach(host -> counts.merge(host.kind().jsonName(), 1, Integer::sum));
    ObjectNode json =
        Json.object()
            .put("rollout", outcome.id().value())
            .put("app", outcome.app().name())
            .put("ending", Json.word(outcome.ending()))
            .put("exit", outcome.exitCode());
    json.set("wanted", Json.release(outcome.wanted()));
    RolloutId undone = outcome.undone();
    json.put("undone", undone == null ? null : undone.value());
    json.put("failures", outcome.failures())
        .put("max_failures", outcome.maxFailures())
        .put("ms", outcome.took().toMillis());
    json.set("counts", Json.tree(counts));
    json.set("hosts", Json.list(outcome.hosts(), OutcomeJson::of));
    json.set("notes", Json.texts(outcome.notes()));
    json.set("release_command", release(outcome.release()));
    json.set("canary", canary(outcome.canary()));
    json.set("gates", Json.list(outcome.gates(), OutcomeJson::gate));
    json.set("source", PlanJson.source(outcome.source()));
    return json;
  }

  private static JsonNode release(ReleaseCommand.@Nullable Run run) {
    if (run == null) {
      return Json.tree(null);
    }
    ObjectNode json = Json.object();
    json.set("host", Json.host(run.host()));
    json.set("command", Json.texts(run.words()));
    return json.put("run", run.run())
        .put("ended", run.ended())
        .put("exit", run.exit())
        .put("ms", run.took().toMillis());
  }

  private static JsonNode canary(@Nullable CanaryResult canary) {
    if (canary == null) {
      return Json.tree(null);
    }
    ObjectNode json =
        Json.object()
            .put("verdict", Json.word(canary.verdict()))
            .put("stops", canary.stops())
            .put("message", canary.text());
    json.set("new", requests(canary.now()));
    json.set("old", requests(canary.before()));
    return json;
  }

  private static JsonNode requests(@Nullable Requests requests) {
    return requests == null
        ? Json.tree(null)
        : Json.object()
            .put("requests", requests.requests())
            .put("errors_5xx", requests.errors())
            .put("p50_ms", requests.p50())
            .put("p95_ms", requests.p95())
            .put("seconds", requests.seconds());
  }

  static ObjectNode gate(GateResult gate) {
    return Json.object()
        .put("name", gate.name())
        .put("kind", gate.kind())
        .put("after", gate.after())
        .put("passed", gate.passed())
        .put("message", gate.message())
        .put("ms", gate.took().toMillis());
  }

  static ObjectNode of(HostOutcome outcome) {
    ObjectNode json = Json.object();
    json.set("host", Json.host(outcome.host()));
    json.put("outcome", outcome.kind().jsonName());
    json.put("changed", outcome.changed()).put("failure", outcome.failure());
    json.set("serving", Json.release(outcome.serving()));
    switch (outcome) {
      case HostOutcome.Updated updated -> {
        json.set("before", Json.release(updated.before()));
        json.put("ms", updated.took().toMillis()).put("cut_connections", updated.cutConnections());
        json.set("warnings", Json.texts(updated.warnings()));
        json.set("receipt", Json.tree(updated.receipt()));
      }
      case HostOutcome.Failed failed -> {
        json.set("tried", Json.release(failed.tried()));
        json.put("step", Json.text(failed.step())).put("ms", failed.took().toMillis());
        json.set("error", Json.tree(failed.error()));
      }
      case HostOutcome.Unreachable out -> json.put("reason", out.reason()).put("hint", out.hint());
      case HostOutcome.Unknown unknown -> {
        json.set("before", Json.release(unknown.before()));
        json.put("step", Json.text(unknown.step())).put("reason", unknown.reason());
      }
      case HostOutcome.RolledBack back -> {
        json.set("abandoned", Json.release(back.abandoned()));
        json.put("ms", back.took().toMillis());
      }
      case HostOutcome.RollbackFailed failed -> json.set("error", Json.tree(failed.error()));
      case HostOutcome.Held held -> {
        json.set("held", Json.release(held.held()));
        json.put("until", held.until()).put("ms", held.took().toMillis());
        json.set("preview", Json.tree(held.preview()));
        json.set("warnings", Json.texts(held.warnings()));
      }
      case HostOutcome.Skipped _ -> {}
      case HostOutcome.Terminated gone -> {
        json.set("before", Json.release(gone.before()));
        json.put("reason", gone.reason());
      }
      case HostOutcome.Untouched _ -> {}
    }
    return json;
  }
}
