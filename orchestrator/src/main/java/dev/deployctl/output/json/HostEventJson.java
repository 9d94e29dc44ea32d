package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.HostEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host's event in the form of {@code docs/events.md}, as far as this program understood it. */
public final class HostEventJson {
  private HostEventJson() {}

  public static ObjectNode of(HostEvent event) {
    ObjectNode json = Json.object().put("seq", event.seq()).put("type", type(event));
    if (event instanceof HostEvent.Unknown unknown) {
      json.setAll((ObjectNode) Json.tree(unknown.fields()));
      return json;
    }
    if (event instanceof HostEvent.Traffic traffic) {
      json.set("new", requests(traffic.now()));
      json.set("old", requests(traffic.before()));
      if (traffic.unknown() != null) {
        json.put("unknown", traffic.unknown());
      }
      return json;
    }
    json.setAll((ObjectNode) Json.tree(event));
    if (event instanceof HostEvent.Finished) {
      json.remove("ts");
    }
    if (event instanceof HostEvent.Status status) {
      json.remove(List.of("running", "wanted", "restarts", "restarted"));
      json.putObject("instances")
          .put("running", status.running())
          .put("wanted", status.wanted())
          .put("restarts", status.restarts())
          .put("restarted", status.restarted());
    }
    return json;
  }

  private static @Nullable ObjectNode requests(HostEvent.@Nullable Requests requests) {
    return requests == null
        ? null
        : Json.object()
            .put("requests", requests.requests())
            .put("errors_5xx", requests.errors())
            .put("p50_ms", requests.p50())
            .put("p95_ms", requests.p95())
            .put("seconds", requests.seconds());
  }

  private static String type(HostEvent event) {
    return switch (event) {
      case HostEvent.DeployStarted _ -> "deploy.started";
      case HostEvent.StepStarted _ -> "step.started";
      case HostEvent.StepFinished _ -> "step.finished";
      case HostEvent.StepFailed _ -> "step.failed";
      case HostEvent.ImageResolved _ -> "image.resolved";
      case HostEvent.EnvRead _ -> "env.read";
      case HostEvent.ContainerStarted _ -> "container.started";
      case HostEvent.HealthProbe _ -> "health.probe";
      case HostEvent.Switched _ -> "switched";
      case HostEvent.DrainProgress _ -> "drain.progress";
      case HostEvent.DrainFinished _ -> "drain.finished";
      case HostEvent.Warning _ -> "warning";
      case HostEvent.DeployFinished _ -> "deploy.finished";
      case HostEvent.Refused _ -> "error";
      case HostEvent.Version _ -> "version";
      case HostEvent.Check _ -> "check";
      case HostEvent.PreflightFinished _ -> "preflight.finished";
      case HostEvent.PullFinished _ -> "pull.finished";
      case HostEvent.Status _ -> "status";
      case HostEvent.HistoryEntry _ -> "history.entry";
      case HostEvent.LogLine _ -> "log.line";
      case HostEvent.LockTaken _ -> "lock.taken";
      case HostEvent.LockReleased _ -> "lock.released";
      case HostEvent.Traffic _ -> "traffic";
      case HostEvent.Recovered _ -> "recovered";
      case HostEvent.RunStarted _ -> "run.started";
      case HostEvent.RunFinished _ -> "run.finished";
      case HostEvent.PruneFinished _ -> "prune.finished";
      case HostEvent.ConvergeApp _ -> "converge.app";
      case HostEvent.ConvergeFinished _ -> "converge.finished";
      case HostEvent.Help _ -> "help";
      case HostEvent.Finished finished -> finished.type();
      case HostEvent.Unknown unknown -> unknown.type();
    };
  }
}
