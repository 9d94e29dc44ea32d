package dev.deployctl.rollout;

import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.Gate;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.gate.GateKeeper;
import dev.deployctl.rollout.gate.GateStage;
import dev.deployctl.rollout.outcome.CanaryResult;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The steps between two batches: the watch of the canary, the gates, the pause. */
final class AfterBatch {
  private final Ports ports;
  private final Interruption interruption;
  private final RolloutRequest request;
  private final RolloutPlan plan;
  private final Predicate<Host> gone;
  private final RolloutState state;
  private final GateStage gates;
  private @Nullable CanaryResult canary;

  /**
   * @param gone tells of hosts that were terminated
   */
  AfterBatch(
      Ports ports,
      GateKeeper keeper,
      Interruption interruption,
      RolloutRequest request,
      RolloutPlan plan,
      Predicate<Host> gone,
      RolloutState state) {
    this.ports = ports;
    this.interruption = interruption;
    this.request = request;
    this.plan = plan;
    this.gone = gone;
    this.state = state;
    this.gates =
        new GateStage(ports.sink(), ports.timeline(), keeper, interruption, state::lockLost);
  }

  /**
   * Runs after a batch that left the rollout within its budget.
   *
   * @param number the number of the batch, from 1
   */
  void run(RolloutPlan.Batch batch, int number) throws InterruptedException {
    List<Host> updated = state.hosts(HostOutcome.Updated.class::isInstance);
    RolloutSettings settings = request.settings();
    boolean more = number < plan.batches().size();
    if (more && batch.canary() && settings.bake().isPositive()) {
      bake(batch.hosts().stream().filter(updated::contains).toList(), settings.bake());
    }
    if (!state.stopped()) {
      String after = batch.canary() ? "canary" : "batch " + number;
      // Nobody needs to be asked whether to continue where nothing follows.
      List<Gate> asked =
          settings.gates().stream()
              .filter(gate -> gate.follows(batch.canary()))
              .filter(gate -> more || !gate.asksPerson())
              .toList();
      gates.ask(asked, new GateKeeper.Moment(request.id(), plan, after, updated));
      if (gates.failed()) {
        state.refuse();
      }
    }
    if (more && settings.pause().isPositive() && !state.stopped()) {
      pause(settings.pause(), "pause between batches");
    }
  }

  /** Returns whether the batch after this one may have to wait, for a time or for an answer. */
  boolean waits(RolloutPlan.Batch batch) {
    RolloutSettings settings = request.settings();
    return settings.pause().isPositive()
        || (batch.canary() && settings.bake().isPositive())
        || settings.gates().stream().anyMatch(gate -> gate.follows(batch.canary()));
  }

  /** Watches the canary for a while; what is worse than before goes no further. */
  private void bake(List<Host> hosts, Duration window) throws InterruptedException {
    if (hosts.isEmpty()) {
      return;
    }
    pause(window, "watching the canary");
    if (interruption.requested() || state.lockLost()) {
      return;
    }
    CanaryResult judged =
        new Bake(ports.agent(), ports.timeline(), request.settings().parallelism())
            .judge(request.app(), hosts, window, gone);
    canary = judged;
    ports.tell(new RolloutEvent.Note(judged.text()));
    if (judged.stops()) {
      state.refuse();
    }
  }

  private void pause(Duration duration, String why) throws InterruptedException {
    ports.tell(new RolloutEvent.Paused(duration, why));
    interruption.pause(ports.timeline(), duration, state::lockLost);
  }

  /** Returns how the rollout ends, null where it may go on. */
  @Nullable Ending ending() {
    if (canary != null && canary.stops()) {
      return Ending.CANARY_WORSE;
    }
    return gates.failed() ? Ending.GATE_FAILED : null;
  }

  /** Returns whether every gate that was asked has passed. */
  boolean passed() {
    return gates.passed();
  }

  /** Returns the judgement of the canary, null where it was not watched to the end. */
  @Nullable CanaryResult canary() {
    return canary;
  }

  List<GateResult> gates() {
    return gates.results();
  }
}
