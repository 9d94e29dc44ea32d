package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/** Reads what a transaction tells while it is under way, and its end. */
final class TransactionEvents {
  private TransactionEvents() {}

  /** The event, or null where it is of another kind. */
  static @Nullable HostEvent read(String type, long seq, Fields f) {
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
          new HostEvent.StepFailed(seq, f.text("step", "?"), f.number("ms", 0), Parts.error(f));
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
      default -> null;
    };
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
        Parts.optionalError(f));
  }
}
