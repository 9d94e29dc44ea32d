package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/** Reads what verbs answer that are no transactions: questions, locks, one-off commands. */
final class AnswerEvents {
  private AnswerEvents() {}

  /** The event, or null where it is of another kind. */
  static @Nullable HostEvent read(String type, long seq, Fields f) {
    return switch (type) {
      case "error" -> new HostEvent.Refused(seq, f.integer("exit", 70), Parts.error(f));
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
      case "help" -> new HostEvent.Help(seq, f.text("text", ""));
      case "run.started" ->
          new HostEvent.RunStarted(seq, f.text("release"), f.text("container"), f.texts("words"));
      case "run.finished" ->
          new HostEvent.RunFinished(
              seq, f.count("exit"), f.text("release"), f.text("container"), f.number("ms", 0));
      case "prune.finished" ->
          new HostEvent.PruneFinished(
              seq,
              f.text("app", "?"),
              f.texts("releases"),
              f.texts("images"),
              f.integer("containers", 0),
              f.integer("transactions", 0));
      case "converge.app" -> converged(seq, f);
      case "converge.finished" ->
          new HostEvent.ConvergeFinished(
              seq,
              f.integer("apps", 0),
              f.integer("changed", 0),
              f.integer("failed", 0),
              f.integer("exit", 70));
      case "status.finished",
          "history.finished",
          "logs.finished",
          "recover.finished",
          "remove.finished" ->
          new HostEvent.Finished(seq, type, f.text("ts"));
      default -> null;
    };
  }

  private static HostEvent converged(long seq, Fields f) {
    return new HostEvent.ConvergeApp(
        seq,
        f.text("app", "?"),
        f.text("outcome", "failed"),
        f.text("desired"),
        f.text("tag"),
        f.text("source"),
        f.text("rollout"),
        f.text("serving"),
        Parts.optionalError(f));
  }

  private static HostEvent preflight(long seq, Fields f) {
    Fields env = f.object("env");
    long lastMs = f.number("last_ms", -1);
    return new HostEvent.PreflightFinished(
        seq,
        f.flag("ok", false),
        f.integer("exit", 70),
        f.text("digest"),
        f.text("tag"),
        f.flag("present", false),
        Parts.serving(f.object("serving")),
        env == null
            ? null
            : new EnvChange(env.texts("added"), env.texts("removed"), env.texts("changed")),
        Parts.holder(f.object("lock")),
        f.text("version"),
        f.integer("protocol", 0),
        lastMs < 0 ? null : lastMs,
        f.texts("warnings"));
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
        Parts.optionalError(f));
  }

  private static HostEvent status(long seq, Fields f) {
    Fields instances = f.object("instances");
    return new HostEvent.Status(
        seq,
        f.text("app", "?"),
        f.text("state", "?"),
        Parts.serving(f.object("serving")),
        Parts.serving(f.object("previous")),
        instances == null ? 0 : instances.integer("running", 0),
        instances == null ? 0 : instances.integer("wanted", 0),
        instances == null ? 0 : instances.integer("restarts", 0),
        instances == null ? null : instances.text("restarted"),
        f.integer("connections", 0),
        f.text("mode"),
        Parts.holder(f.object("lock")),
        f.texts("drift"),
        Parts.deployed(f.object("deployed")),
        f.objects("runs").stream().map(OneOffCommand::read).toList());
  }

  private static HostEvent traffic(long seq, Fields f) {
    return new HostEvent.Traffic(
        seq, requests(f.object("new")), requests(f.object("old")), f.text("unknown"));
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
    Fields run = f.object("run");
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
        f.text("error"),
        run == null ? null : OneOffCommand.read(run));
  }
}
