package dev.deployctl.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.deployctl.event.HostEvent.EnvChange;
import dev.deployctl.event.HostEvent.LockHolder;
import dev.deployctl.event.HostEvent.Serving;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a line of a host's output into an event. Unknown types and unknown fields survive, so that
 * hosts may be newer than the workstation; a line that is no event at all gives nothing.
 */
public final class EventReader {
  // Half a line glued to another one is no event: nobody knows what was lost between them.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** Reads one line. */
  public Optional<HostEvent> read(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(line);
      Fields fields = new Fields(node);
      String type = fields.text("type");
      return type == null ? Optional.empty() : Optional.of(event(type, fields));
    } catch (JsonProcessingException broken) {
      return Optional.empty();
    }
  }

  private static HostEvent event(String type, Fields f) {
    long seq = f.number("seq", 0);
    return switch (type) {
      case "deploy.started" ->
          new HostEvent.DeployStarted(
              seq,
              f.text("verb", "deploy"),
              f.text("rollout"),
              f.text("release"),
              f.text("digest"),
              f.text("tag"),
              f.text("by"),
              f.text("replaces"));
      case "step.started" -> new HostEvent.StepStarted(seq, f.text("step", "?"));
      case "step.finished" ->
          new HostEvent.StepFinished(seq, f.text("step", "?"), f.number("ms", 0));
      case "step.failed" ->
          new HostEvent.StepFailed(seq, f.text("step", "?"), f.number("ms", 0), error(f));
      case "image.resolved" ->
          new HostEvent.ImageResolved(seq, f.text("tag"), f.text("digest", ""));
      case "env.read" -> env(seq, f);
      case "container.started" ->
          new HostEvent.ContainerStarted(
              seq, f.integer("instance", 1), f.text("container", ""), f.text("name"));
      case "health.probe" ->
          new HostEvent.HealthProbe(
              seq,
              f.integer("instance", 1),
              f.flag("ok", false),
              f.text("saw", ""),
              f.number("ms", 0));
      case "switched" -> new HostEvent.Switched(seq, f.text("mode", "?"), f.flag("reload", false));
      case "drain.progress" ->
          new HostEvent.DrainProgress(seq, f.integer("connections", 0), f.number("waited_ms", 0));
      case "drain.finished" ->
          new HostEvent.DrainFinished(seq, f.integer("cut", 0), f.number("waited_ms", 0));
      case "warning" ->
          new HostEvent.Warning(seq, f.text("code", "warning"), f.text("message", ""));
      case "deploy.finished" -> finished(seq, f);
      case "error" -> new HostEvent.Refused(seq, f.integer("exit", 70), error(f));
      case "version" ->
          new HostEvent.Version(seq, f.text("version", "?"), f.integer("protocol", 0));
      case "check" ->
          new HostEvent.Check(
              seq,
              f.text("name", "?"),
              f.flag("ok", false),
              f.text("message", ""),
              f.text("hint"),
              f.text("kind"));
      case "preflight.finished" -> preflight(seq, f);
      case "pull.finished" -> pull(seq, f);
      case "status" -> status(seq, f);
      case "history.entry" -> history(seq, f);
      case "log.line" ->
          new HostEvent.LogLine(
              seq,
              f.text("ts", ""),
              f.integer("instance", 1),
              f.text("release"),
              f.text("stream", "stdout"),
              f.text("line", ""));
      case "lock.taken" ->
          new HostEvent.LockTaken(
              seq, f.text("lock", ""), f.text("holder"), f.text("since"), f.text("expires"));
      case "lock.released" -> new HostEvent.LockReleased(seq, f.text("lock", ""));
      case "traffic" -> traffic(seq, f);
      case "recovered" ->
          new HostEvent.Recovered(
              seq, f.text("app"), f.text("rollout"), f.text("outcome"), f.text("message"));
      case "status.finished", "history.finished", "recover.finished" ->
          new HostEvent.Finished(seq, type);
      default -> new HostEvent.Unknown(seq, type, fields(f));
    };
  }

  private static Map<String, Object> fields(Fields f) {
    Map<String, Object> all = JSON.convertValue(f.node(), OBJECT);
    all.values().removeIf(java.util.Objects::isNull);
    return all;
  }

  private static HostEvent env(long seq, Fields f) {
    long revision = f.number("revision", -1);
    return new HostEvent.EnvRead(
        seq, f.text("source"), revision < 0 ? null : revision, f.texts("names"), f.text("sha256"));
  }

  private static HostEvent finished(long seq, Fields f) {
    return new HostEvent.DeployFinished(
        seq,
        f.text("verb", "deploy"),
        f.text("outcome", "failed"),
        f.integer("exit", 70),
        f.text("serving"),
        f.text("digest"),
        f.text("tag"),
        f.flag("changed", false),
        f.number("ms", 0),
        optionalError(f));
  }

  private static HostEvent preflight(long seq, Fields f) {
    Fields env = f.object("env");
    return new HostEvent.PreflightFinished(
        seq,
        f.flag("ok", false),
        f.integer("exit", 70),
        f.text("digest"),
        f.text("tag"),
        serving(f.object("serving")),
        env == null
            ? null
            : new EnvChange(env.texts("added"), env.texts("removed"), env.texts("changed")),
        holder(f.object("lock")),
        f.text("version"),
        f.integer("protocol", 0));
  }

  private static HostEvent pull(long seq, Fields f) {
    return new HostEvent.PullFinished(
        seq,
        f.text("digest"),
        f.text("tag"),
        f.flag("already", false),
        f.number("ms", 0),
        f.text("outcome", "failed"),
        f.integer("exit", 70),
        optionalError(f));
  }

  private static HostEvent status(long seq, Fields f) {
    Fields instances = f.object("instances");
    return new HostEvent.Status(
        seq,
        f.text("app", "?"),
        f.text("state", "?"),
        serving(f.object("serving")),
        serving(f.object("previous")),
        instances == null ? 0 : instances.integer("running", 0),
        instances == null ? 0 : instances.integer("wanted", 0),
        f.integer("connections", 0),
        f.text("mode"),
        holder(f.object("lock")),
        f.texts("drift"));
  }

  private static HostEvent traffic(long seq, Fields f) {
    HostEvent.Requests now = requests(f.object("new"));
    return new HostEvent.Traffic(
        seq, now == null ? new HostEvent.Requests(0, 0, 0, 0, 0) : now, requests(f.object("old")));
  }

  private static HostEvent.@Nullable Requests requests(@Nullable Fields f) {
    return f == null
        ? null
        : new HostEvent.Requests(
            f.number("requests", 0),
            f.number("errors_5xx", 0),
            f.number("p50_ms", 0),
            f.number("p95_ms", 0),
            f.number("seconds", 0));
  }

  private static HostEvent history(long seq, Fields f) {
    return new HostEvent.HistoryEntry(
        seq,
        f.text("ts", ""),
        f.text("app", "?"),
        f.text("by"),
        f.text("from"),
        f.text("verb", "?"),
        f.text("rollout"),
        f.text("release"),
        f.text("digest"),
        f.text("tag"),
        f.text("replaces"),
        f.text("outcome"),
        f.number("ms", 0),
        f.text("error"));
  }

  private static @Nullable Serving serving(@Nullable Fields f) {
    return f == null
        ? null
        : new Serving(
            f.text("release"),
            f.text("digest"),
            f.text("tag"),
            f.text("since"),
            f.text("by"),
            f.text("rollout"),
            f.text("verb"),
            f.flag("healthy", false));
  }

  private static @Nullable LockHolder holder(@Nullable Fields f) {
    return f == null
        ? null
        : new LockHolder(
            f.text("holder"),
            f.text("since"),
            f.text("reason"),
            f.text("step"),
            f.text("rollout"),
            f.text("lock"),
            f.text("expires"));
  }

  private static @Nullable HostError optionalError(Fields f) {
    return f.object("error") == null ? null : error(f);
  }

  private static HostError error(Fields f) {
    Fields error = f.object("error");
    if (error == null) {
      return new HostError("internal", "the host gave no reason", null, null, null);
    }
    return new HostError(
        error.text("kind", "internal"),
        error.text("message", "the host gave no reason"),
        error.text("state"),
        error.text("hint"),
        verdict(error.object("verdict")));
  }

  private static HostError.@Nullable Verdict verdict(@Nullable Fields f) {
    return f == null
        ? null
        : new HostError.Verdict(
            f.text("probe"), container(f.object("container")), f.texts("lines"));
  }

  private static @Nullable String container(@Nullable Fields f) {
    if (f == null) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    parts.add(f.text("state", "unknown"));
    if (f.node().hasNonNull("exit_code") && !"running".equals(f.text("state"))) {
      parts.add("exit code " + f.integer("exit_code", 0));
    }
    parts.add(f.integer("restarts", 0) + " restarts");
    parts.add(f.flag("oom_killed", false) ? "out of memory" : "not out of memory");
    return String.join(", ", parts);
  }
}
