package dev.deployctl.rollout;

import dev.deployctl.event.HoldEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.Preview;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.PreviewToken;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import dev.deployctl.rollout.planning.RolloutAction;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.time.Duration;
import java.time.Instant;
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
    RolloutAction.Turn turn = turn(host, lock);
    HostTransaction rollout = transaction(host);
    HostTransaction.End end = rollout.run(request.action().command(turn));
    if (request.action() instanceof RolloutAction.Promote promote && lostHeld(host, promote, end)) {
      ports.tell(
          new RolloutEvent.Note(
              host.name() + " does not hold the release any more: deployed like the other hosts"));
      rollout = transaction(host);
      end = rollout.run(promote.withoutHeld(turn));
    }
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

  /** Lets a host get ready for its change, which may come soon or never. */
  void prepare(Host host, LockId lock) {
    ports.agent().prepare(host, request.action().command(turn(host, lock)));
  }

  private RolloutAction.Turn turn(Host host, LockId lock) {
    return new RolloutAction.Turn(request.app(), host, plan.digest(), request.id(), lock);
  }

  private HostTransaction transaction(Host host) {
    return new HostTransaction(
        ports, host, request.app(), request.id(), request.reconnectTimeout(), gone);
  }

  /** Says whether a host that held the release at the plan refused to promote it, as it is gone. */
  private static boolean lostHeld(
      Host host, RolloutAction.Promote promote, HostTransaction.End end) {
    return promote.held().isOn(host)
        && end.result() instanceof HostResult.Refused refused
        && refused.error().is(HostErrorKind.NOT_FOUND);
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
    if (last.isHeld() && malformed == null) {
      return held(host, last, rollout, took);
    }
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

  private HostOutcome held(
      Host host, TransactionEvents.DeployFinished last, HostTransaction rollout, Duration took) {
    HoldEvents.ReleaseHeld told = rollout.held();
    Preview preview = told == null ? null : told.preview();
    PreviewToken token = request.action().preview();
    return new HostOutcome.Held(
        host,
        serving(host),
        image(last.held(), last),
        told == null ? null : told.until(),
        // The host need not repeat the token to a caller that comes back.
        preview == null || token == null ? preview : preview.withToken(token.value()),
        took,
        rollout.warnings());
  }

  /** Returns the release of this rollout on one host; at a restart the host names its image. */
  private Release image(@Nullable String id, TransactionEvents.DeployFinished last) {
    return (plan.restart() ? Release.of(last) : plan.wanted()).withId(id);
  }

  private @Nullable Release serving(Host host) {
    return plan.serving().get(host.id());
  }
}
