package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Changes one host according to the plan, and returns its outcome. */
final class HostUpdate {
  private final Ports ports;
  private final RolloutRequest request;
  private final RolloutPlan plan;
  private final Predicate<Host> gone;

  HostUpdate(Ports ports, RolloutRequest request, RolloutPlan plan, Predicate<Host> gone) {
    this.ports = ports;
    this.request = request;
    this.plan = plan;
    this.gone = gone;
  }

  HostOutcome run(Host host, LockId lock) throws InterruptedException {
    ports.tell(new RolloutEvent.HostStarted(host));
    Instant from = ports.timeline().now();
    HostTransaction rollout =
        new HostTransaction(
            ports, host, request.app(), request.id(), request.reconnectTimeout(), gone);
    HostTransaction.End end = rollout.run(command(lock));
    Duration took = Duration.between(from, ports.timeline().now());
    return switch (end.result()) {
      case HostResult.Answered answered ->
          ended(
              host,
              end,
              answered.events(TransactionEvents.DeployFinished.class).getLast(),
              rollout,
              took);
      case HostResult.Refused refused ->
          new HostOutcome.Failed(
              host, serving(host), plan.wanted(), null, refused.error(), false, took);
      case HostResult.Unreachable lost when lost.mayHaveRun() ->
          new HostOutcome.Unknown(host, serving(host), Step.of(end.step()), lost.reason());
      case HostResult.Unreachable lost -> Outcomes.unreachable(lost, serving(host));
    };
  }

  private HostCommand command(LockId lock) {
    return switch (request.action()) {
      case RolloutAction.Restart restart -> restart.command(request.app(), request.id(), lock);
      case RolloutAction.Deploy deploy ->
          deploy.command(request.app(), Objects.requireNonNull(plan.digest()), request.id(), lock);
    };
  }

  private HostOutcome ended(
      Host host,
      HostTransaction.End end,
      TransactionEvents.DeployFinished last,
      HostTransaction rollout,
      Duration took) {
    TransactionEvents.DeployStarted first = end.started();
    Release tried = image(first == null ? null : first.release(), last);
    HostError malformed = end.malformed();
    if (last.reached() && malformed == null) {
      Release now = image(last.serving(), last);
      return last.unchanged()
          ? new HostOutcome.Skipped(host, now)
          : new HostOutcome.Updated(
              host,
              serving(host),
              now,
              took,
              rollout.cutConnections(),
              rollout.warnings(),
              rollout.receipt());
    }
    HostError error = malformed == null ? last.error() : malformed;
    return new HostOutcome.Failed(
        host,
        last.changed() ? tried : serving(host),
        tried,
        Step.of(end.step()),
        error == null ? HostErrorKind.INTERNAL.error("the host gave no reason") : error,
        last.changed(),
        took);
  }

  /** Returns the release of this rollout on one host; at a restart the host names its image. */
  private Release image(@Nullable String id, TransactionEvents.DeployFinished last) {
    return (plan.restart() ? Release.of(last) : plan.wanted()).withId(id);
  }

  private @Nullable Release serving(Host host) {
    return plan.serving().get(host.id());
  }
}
