package dev.deployctl.rollout;

import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes hosts batch by batch, and rolls them back where that is asked for. */
final class BatchCourse implements Course {
  private final Ports ports;
  private final Notes notes;
  private final Interruption interruption;
  private final RolloutRequest request;
  private final RolloutPlan plan;
  private final RolloutState state;
  private final TerminatedHosts terminated;
  private final DeployLock lock;
  private final ReleaseCommand.@Nullable Run released;

  /**
   * @param released the run of the release command, which a rollback does not undo
   */
  BatchCourse(
      Ports ports,
      Notes notes,
      Interruption interruption,
      RolloutRequest request,
      RolloutPlan plan,
      RolloutState state,
      TerminatedHosts terminated,
      DeployLock lock,
      ReleaseCommand.@Nullable Run released) {
    this.ports = ports;
    this.notes = notes;
    this.interruption = interruption;
    this.request = request;
    this.plan = plan;
    this.state = state;
    this.terminated = terminated;
    this.lock = lock;
    this.released = released;
  }

  @Override
  public void run() throws InterruptedException {
    BatchStep step =
        new BatchStep(ports, state, new HostUpdate(ports, request, plan, terminated::gone), lock);
    List<RolloutPlan.Batch> batches = plan.batches();
    for (int i = 0; i < batches.size() && !state.stopped(); i++) {
      RolloutPlan.Batch batch = batches.get(i);
      step.run(batch, i + 1, batches.size());
      boolean more = i + 1 < batches.size() && !state.stopped();
      if (more && batch.canary() && request.settings().bake().isPositive()) {
        bake(batch.hosts());
      }
      if (more && request.settings().pause().isPositive() && !state.stopped()) {
        pause(request.settings().pause(), "pause between batches");
      }
    }
  }

  /** Watches the canary for a while; what is worse than before goes no further. */
  private void bake(List<Host> batch) throws InterruptedException {
    List<Host> canary =
        batch.stream().filter(host -> state.of(host) instanceof HostOutcome.Updated).toList();
    if (canary.isEmpty()) {
      return;
    }
    Duration window = request.settings().bake();
    pause(window, "watching the canary");
    if (interruption.requested() || state.lockLost()) {
      return;
    }
    Bake.Verdict verdict =
        new Bake(ports.agent(), ports.timeline(), request.settings().parallelism())
            .judge(request.app(), canary, window, terminated::gone);
    ports.tell(new RolloutEvent.Note(verdict.text()));
    if (verdict.worse()) {
      state.refuse();
    }
  }

  private void pause(Duration duration, String why) throws InterruptedException {
    ports.tell(new RolloutEvent.Paused(duration, why));
    interruption.pause(ports.timeline(), duration, state::lockLost);
  }

  @Override
  public Ending ending() throws InterruptedException {
    if (!state.budget().spent() && !state.isRefused()) {
      return interruption.requested() && state.ended().size() < plan.hosts().size()
          ? Ending.INTERRUPTED
          : Ending.DONE;
    }
    List<Host> changed = state.hosts(HostOutcome::changed);
    Ending stopped = state.budget().spent() ? Ending.OVER_BUDGET : Ending.CANARY_WORSE;
    if (request.settings().onFailure() != OnFailure.ROLLBACK || changed.isEmpty()) {
      return stopped;
    }
    ReleaseStage.noteOfRollback(released).ifPresent(notes::add);
    Map<Host, HostOutcome> back = takeBack(changed);
    state.putAll(back);
    if (back.size() < changed.size() && lock.loss() == null) {
      notes.add("interrupted: not all changed hosts were rolled back");
      return Ending.INTERRUPTED;
    }
    return Ending.ROLLED_BACK;
  }

  /** Takes exactly the hosts that this rollout changed back to the release each ran before. */
  private Map<Host, HostOutcome> takeBack(List<Host> changed) throws InterruptedException {
    return new FleetRollback(
            ports,
            interruption,
            request.app(),
            request.id(),
            request.reconnectTimeout(),
            terminated)
        .run(changed, request.settings().parallelism(), lock, plan.wanted());
  }
}
