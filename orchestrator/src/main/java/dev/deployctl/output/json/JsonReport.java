package dev.deployctl.output.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.EnvEvents;
import dev.deployctl.event.EventJson;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.InspectionEvents;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.Remark;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.model.Problem;
import dev.deployctl.model.ProblemsException;
import dev.deployctl.model.RolloutId;
import dev.deployctl.overview.FleetTimeline;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.TreeMap;

/** Writes tables and plans for programs: one object a host, plan or error. */
public final class JsonReport {
  private final JsonLines lines;

  public JsonReport(PrintWriter out, Clock clock) {
    this.lines = new JsonLines(out, clock);
  }

  /** A plan that will not be carried out, or not yet. */
  public void plan(RolloutPlan plan) {
    lines.write("plan", object("plan", PlanJson.of(plan)));
  }

  public void plan(RollbackPlan plan) {
    lines.write("rollback.plan", object("plan", PlanJson.of(plan)));
  }

  public void hosts(List<Host> hosts) {
    for (Host host : hosts) {
      ObjectNode json = Json.host(host).put("address", host.address());
      ObjectNode tags = json.putObject("tags");
      new TreeMap<>(host.tags()).forEach((key, values) -> tags.set(key, Json.texts(values)));
      lines.write("host", json);
    }
  }

  public void nearMisses(List<Inventory.NearMiss> misses) {
    for (Inventory.NearMiss miss : misses) {
      ObjectNode json = object("host", Json.host(miss.host()));
      json.set("failed", Json.texts(miss.failed()));
      lines.write("host.near-miss", json);
    }
  }

  public void status(List<HostResult> results) {
    results.forEach(
        result -> lines.write("host.status", list(result, "apps", AnswerEvents.Status.class)));
  }

  public void history(List<HostResult> results) {
    results.forEach(
        result ->
            lines.write("host.history", list(result, "entries", AnswerEvents.HistoryEntry.class)));
  }

  public void schedules(List<HostResult> results) {
    results.forEach(
        result ->
            lines.write("host.schedules", list(result, "schedules", OneOffEvents.Schedule.class)));
  }

  /** The files of an export, and what does not map. */
  public void export(AppAsRun app, List<String> files, List<Remark> remarks) {
    ObjectNode json =
        Json.object()
            .put("app", app.app().name())
            .put("image", app.image())
            .put("label", app.label())
            .put("hosts", app.hosts());
    json.set("files", Json.texts(files));
    json.set(
        "not_mapped",
        Json.list(
            remarks,
            remark ->
                Json.object()
                    .put("subject", remark.subject())
                    .put("reason", remark.reason())
                    .put("todo", remark.todo())));
    lines.write("export", json);
  }

  public void traffic(List<HostResult> results) {
    results.forEach(
        result ->
            lines.write(
                "host.traffic", list(result, "releases", InspectionEvents.TrafficRelease.class)));
  }

  /** The entries of a timeline, oldest first, then the answer of each host. */
  public void timeline(FleetTimeline timeline) {
    for (FleetTimeline.Line line : timeline.lines()) {
      ObjectNode json = object("host", Json.host(line.host()));
      json.set("entry", bare(line.entry()));
      lines.write("timeline.entry", json);
    }
    for (HostResult answer : timeline.answers()) {
      lines.write("host.timeline", list(answer, "missing", InspectionEvents.TimelineMissing.class));
    }
  }

  /** The variables of an app on each host, and the source that they come from. */
  public void env(List<HostResult> results) {
    for (HostResult result : results) {
      ObjectNode json = list(result, "names", EnvEvents.EnvName.class);
      List<EnvEvents.EnvListed> sources =
          result instanceof HostResult.Answered answered
              ? answered.events(EnvEvents.EnvListed.class)
              : List.of();
      json.set("env", sources.isEmpty() ? null : bare(sources.getFirst()));
      lines.write("host.env", json);
    }
  }

  /** The events of one type that a host sent, and why there are none. */
  private static ObjectNode list(HostResult result, String name, Class<? extends HostEvent> type) {
    ObjectNode json = object("host", Json.host(result.host()));
    List<? extends HostEvent> events =
        result instanceof HostResult.Answered answered ? answered.events(type) : List.of();
    json.set(name, Json.list(events, JsonReport::bare));
    return json.put("problem", result.problem()).put("hint", result.hint());
  }

  /** A plan as one line of JSON, for programs that are told of it, and of what command. */
  public static String text(String command, RolloutPlan plan) {
    return line(command, PlanJson.of(plan));
  }

  /**
   * The fields that the command of a gate reads besides the plan.
   *
   * @param updated the hosts that the rollout has changed so far
   */
  public record GateInput(String name, String after, RolloutId rollout, List<Host> updated) {}

  /** A plan as one line of JSON, for the command of a gate. */
  public static String gate(String command, RolloutPlan plan, GateInput input) {
    ObjectNode json = PlanJson.of(plan);
    json.put("rollout", input.rollout().value());
    ObjectNode gate = json.putObject("gate").put("name", input.name()).put("after", input.after());
    gate.set("updated", Json.list(input.updated(), Json::host));
    return line(command, json);
  }

  public static String text(String command, RollbackPlan plan) {
    return line(command, PlanJson.of(plan));
  }

  /**
   * An outcome as one line of JSON, for programs that are told of it, and of what command. It goes
   * to other people too, so the token of a preview is not in it.
   */
  public static String text(String command, RolloutOutcome outcome) {
    return line(command, OutcomeJson.of(outcome.withoutSecrets()));
  }

  private static String line(String command, ObjectNode json) {
    return Json.line(Json.object().put("command", command).setAll(json));
  }

  /** The last line of a command that failed. */
  public void error(DeployException error) {
    ObjectNode json =
        Json.object()
            .put("kind", Json.word(error.kind()))
            .put("exit", error.kind().exitCode())
            .put("message", error.reason())
            .put("hint", error.hint());
    if (error instanceof ProblemsException several) {
      json.set("problems", Json.list(several.problems(), JsonReport::problem));
    }
    lines.write("error", json);
  }

  private static ObjectNode problem(Problem problem) {
    return (ObjectNode) Json.tree(problem);
  }

  /** Without its place in a stream: in a list it means nothing. */
  private static ObjectNode bare(HostEvent event) {
    ObjectNode json = EventJson.of(event);
    json.remove(List.of("seq", "type"));
    return json;
  }

  private static ObjectNode object(String name, ObjectNode value) {
    ObjectNode json = Json.object();
    json.set(name, value);
    return json;
  }
}
