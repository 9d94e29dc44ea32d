package dev.deployctl.rollout;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.command.HoldCommands;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Removes a release that hosts hold, all at once, after a rollout that could not hold it. */
final class HeldRemoval {
  private final Ports ports;
  private final Interruption interruption;
  private final RolloutRequest request;
  private final RolloutState state;
  private final TerminatedHosts terminated;
  private final DeployLock lock;

  HeldRemoval(
      Ports ports,
      Interruption interruption,
      RolloutRequest request,
      RolloutState state,
      TerminatedHosts terminated,
      DeployLock lock) {
    this.ports = ports;
    this.interruption = interruption;
    this.request = request;
    this.state = state;
    this.terminated = terminated;
    this.lock = lock;
  }

  /** Returns the outcomes of hosts that hold nothing any more; of others a note tells. */
  Map<Host, HostOutcome> run(List<Host> held) throws InterruptedException {
    Map<Host, HostOutcome> outcomes = new ConcurrentHashMap<>();
    if (held.isEmpty()) {
      return outcomes;
    }
    // Of its own: on each host the rollout itself is the transaction that started the release.
    RolloutId id = RolloutId.random();
    Instant begun = ports.timeline().now();
    ports.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.ABANDON, held.size()));
    ports
        .timeline()
        .forEach(
            held,
            request.settings().parallelism(),
            host -> {
              String problem =
                  interruption.requested()
                      ? "the rollout was interrupted before its turn"
                      : remove(host, id);
              ports.tell(
                  new RolloutEvent.StageProgress(
                      RolloutEvent.Stage.ABANDON,
                      host,
                      problem == null,
                      problem == null ? "abandoned" : problem));
              if (problem == null) {
                outcomes.put(host, new HostOutcome.Untouched(host, state.serving(host)));
              } else {
                ports.tell(new RolloutEvent.Note(host.name() + " still holds it: " + problem));
              }
            });
    ports.tell(
        new RolloutEvent.StageFinished(
            RolloutEvent.Stage.ABANDON,
            outcomes.size(),
            held.size(),
            Duration.between(begun, ports.timeline().now())));
    return outcomes;
  }

  /** Returns null where the host holds nothing any more, else why it does. */
  private @Nullable String remove(Host host, RolloutId id) throws InterruptedException {
    // The lock may have ended while the host could not be reached: then it is acquired once more.
    HostResult.Refused refusal = lock.ensureAgain(host);
    if (refusal != null && lock.loss() == null) {
      refusal = lock.ensureAgain(host);
    }
    if (refusal != null) {
      return refusal.problem();
    }
    HostTransaction transaction =
        new HostTransaction(
            ports, host, request.app(), id, request.reconnectTimeout(), terminated::gone);
    HostCommand command = HoldCommands.abandon(request.app(), release(host), id, lock.id());
    HostResult result = FleetTransaction.result(transaction.run(command));
    if (result instanceof HostResult.Refused refused && lock.isLost(host, refused.error())) {
      return "the lock was lost";
    }
    return result.problem();
  }

  /** Returns the release that this rollout started there, so that no other one is removed. */
  private @Nullable ReleaseId release(Host host) {
    return state.of(host) instanceof HostOutcome.Held held ? held.held().id() : null;
  }
}
