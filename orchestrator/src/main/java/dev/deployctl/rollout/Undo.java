package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes hosts back to what a rollout replaced on them: all at once, each straight to its kept
 * release.
 */
final class Undo {
  private final HostAgent agent;
  private final Timeline timeline;
  private final EventSink sink;
  private final App app;
  private final RolloutId undone;
  private final Duration patience;

  /** What the undoing itself is called on each host. */
  private final RolloutId id;

  Undo(
      HostAgent agent,
      Timeline timeline,
      EventSink sink,
      App app,
      RolloutId undone,
      Duration patience) {
    this(agent, timeline, sink, app, undone, patience, RolloutId.random());
  }

  Undo(
      HostAgent agent,
      Timeline timeline,
      EventSink sink,
      App app,
      RolloutId undone,
      Duration patience,
      RolloutId id) {
    this.agent = agent;
    this.timeline = timeline;
    this.sink = sink;
    this.app = app;
    this.undone = undone;
    this.patience = patience;
    this.id = id;
  }

  /** Undoes on each host; hosts where the rollout changed nothing say so and stay as they are. */
  Map<Host, HostOutcome> run(
      List<Host> hosts, int parallelism, LockId lock, @Nullable Release abandoned)
      throws InterruptedException {
    Map<Host, HostOutcome> outcomes = new ConcurrentHashMap<>();
    Instant begun = timeline.now();
    sink.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.ROLLBACK, hosts.size()));
    timeline.forEach(
        hosts,
        parallelism,
        host -> {
          sink.tell(new RolloutEvent.HostStarted(host));
          HostOutcome outcome = undo(host, lock, abandoned);
          outcomes.put(host, outcome);
          sink.tell(new RolloutEvent.HostFinished(outcome));
        });
    long back = outcomes.values().stream().filter(outcome -> !outcome.failure()).count();
    sink.tell(
        new RolloutEvent.StageFinished(
            RolloutEvent.Stage.ROLLBACK,
            (int) back,
            hosts.size(),
            Duration.between(begun, timeline.now())));
    return outcomes;
  }

  private HostOutcome undo(Host host, LockId lock, @Nullable Release abandoned)
      throws InterruptedException {
    Instant from = timeline.now();
    HostRollout rollout = new HostRollout(agent, timeline, sink, host, app, id, patience);
    HostRollout.End end = rollout.run(HostCommand.undo(app, undone, id, lock));
    Duration took = Duration.between(from, timeline.now());
    return switch (end) {
      case HostRollout.End.Told told -> told(host, told.finished(), abandoned, took);
      case HostRollout.End.Refused refused ->
          new HostOutcome.RollbackFailed(host, abandoned, refused.error());
      case HostRollout.End.NotStarted gone ->
          new HostOutcome.RollbackFailed(host, abandoned, error(gone.reason(), gone.hint()));
      case HostRollout.End.Silent silent ->
          new HostOutcome.Unknown(host, abandoned, silent.step(), silent.reason());
    };
  }

  private static HostOutcome told(
      Host host, HostEvent.DeployFinished last, @Nullable Release abandoned, Duration took) {
    Release serving = new Release(last.serving(), last.digest(), last.tag());
    if (!last.reached()) {
      HostError error = last.error();
      return new HostOutcome.RollbackFailed(
          host, serving, error == null ? error("the host gave no reason", null) : error);
    }
    return "unchanged".equals(last.outcome())
        ? new HostOutcome.Untouched(host, serving)
        : new HostOutcome.RolledBack(host, abandoned, serving, took);
  }

  private static HostError error(String message, @Nullable String hint) {
    return new HostError("unavailable", message, null, hint, null);
  }
}
