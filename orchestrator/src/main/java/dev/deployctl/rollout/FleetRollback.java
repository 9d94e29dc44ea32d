package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Rolls hosts back to what a rollout replaced on them: all at once, each to its kept release. */
final class FleetRollback {
  private final Ports ports;
  private final Interruption interruption;
  private final App app;
  private final RolloutId undone;
  private final Duration reconnectTimeout;
  private final TerminatedHosts terminated;

  /** The id of the rollback itself on each host. */
  private final RolloutId id;

  FleetRollback(
      Ports ports,
      Interruption interruption,
      App app,
      RolloutId undone,
      Duration reconnectTimeout,
      TerminatedHosts terminated) {
    this(ports, interruption, app, undone, reconnectTimeout, terminated, RolloutId.random());
  }

  FleetRollback(
      Ports ports,
      Interruption interruption,
      App app,
      RolloutId undone,
      Duration reconnectTimeout,
      TerminatedHosts terminated,
      RolloutId id) {
    this.ports = ports;
    this.interruption = interruption;
    this.app = app;
    this.undone = undone;
    this.reconnectTimeout = reconnectTimeout;
    this.terminated = terminated;
    this.id = id;
  }

  /**
   * Rolls back each host; hosts where the rollout changed nothing stay as they are. After a Ctrl-C,
   * and once the lock is lost, no more are started: those are not among the outcomes.
   */
  Map<Host, HostOutcome> run(
      List<Host> hosts, int parallelism, DeployLock lock, @Nullable Release abandoned)
      throws InterruptedException {
    Map<Host, HostOutcome> outcomes = new ConcurrentHashMap<>();
    Instant begun = ports.timeline().now();
    ports.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.ROLLBACK, hosts.size()));
    ports
        .timeline()
        .forEach(
            hosts,
            parallelism,
            host -> {
              if (interruption.requested()) {
                return;
              }
              HostResult.Refused refusal = lock.ensureAgain(host);
              if (lock.loss() != null) {
                return;
              }
              ports.tell(new RolloutEvent.HostStarted(host));
              HostOutcome outcome =
                  refusal == null
                      ? undo(host, lock.id(), abandoned)
                      : new HostOutcome.RollbackFailed(host, abandoned, refusal.error());
              if (outcome instanceof HostOutcome.RollbackFailed failed) {
                if (lock.isLost(host, failed.error())) {
                  return;
                }
                // The lease may have ended while the host could not be reached.
                if (failed.error().is(HostErrorKind.LOCKED) && lock.ensureAgain(host) == null) {
                  outcome = undo(host, lock.id(), abandoned);
                }
              }
              outcomes.put(host, outcome);
              ports.tell(new RolloutEvent.HostFinished(outcome));
            });
    long back = outcomes.values().stream().filter(outcome -> !outcome.failure()).count();
    ports.tell(
        new RolloutEvent.StageFinished(
            RolloutEvent.Stage.ROLLBACK,
            (int) back,
            hosts.size(),
            Duration.between(begun, ports.timeline().now())));
    return outcomes;
  }

  private HostOutcome undo(Host host, LockId lock, @Nullable Release abandoned)
      throws InterruptedException {
    Instant from = ports.timeline().now();
    HostTransaction rollout =
        new HostTransaction(ports, host, app, id, reconnectTimeout, terminated::gone);
    HostTransaction.End end = rollout.run(HostCommand.rollback(app, undone, id, lock));
    Duration took = Duration.between(from, ports.timeline().now());
    return switch (end.result()) {
      case HostResult.Answered answered ->
          ended(
              host,
              answered.events(TransactionEvents.DeployFinished.class).getLast(),
              end.malformed(),
              abandoned,
              took);
      case HostResult.Refused refused ->
          new HostOutcome.RollbackFailed(host, abandoned, refused.error());
      case HostResult.Unreachable lost when lost.mayHaveRun() ->
          terminated.judge(
              new HostOutcome.Unknown(host, abandoned, Step.of(end.step()), lost.reason()));
      case HostResult.Unreachable lost ->
          terminated.gone(host)
              ? new HostOutcome.Terminated(host, abandoned, lost.reason())
              : new HostOutcome.RollbackFailed(
                  host,
                  abandoned,
                  HostErrorKind.UNAVAILABLE.error(lost.reason(), null, lost.hint()));
    };
  }

  private static HostOutcome ended(
      Host host,
      TransactionEvents.DeployFinished last,
      @Nullable HostError malformed,
      @Nullable Release abandoned,
      Duration took) {
    Release serving = Release.of(last);
    if (!last.reached() || malformed != null) {
      HostError error = malformed == null ? last.error() : malformed;
      return new HostOutcome.RollbackFailed(
          host,
          serving,
          error == null ? HostErrorKind.UNAVAILABLE.error("the host gave no reason") : error);
    }
    return last.unchanged()
        ? new HostOutcome.Untouched(host, serving)
        : new HostOutcome.RolledBack(host, abandoned, serving, took);
  }
}
