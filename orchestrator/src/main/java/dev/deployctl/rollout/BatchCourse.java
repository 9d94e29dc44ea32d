package dev.deployctl.rollout;

import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.planning.RolloutRequest;
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
  private final AfterBatch after;
  private final ReleaseCommand.@Nullable Run released;

  /**
   * @param after decides after each batch whether the next one may follow
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
      AfterBatch after,
      ReleaseCommand.@Nullable Run released) {
    this.ports = ports;
    this.notes = notes;
    this.interruption = interruption;
    this.request = request;
    this.plan = plan;
    this.state = state;
    this.terminated = terminated;
    this.lock = lock;
    this.after = after;
    this.released = released;
  }

  @Override
  public void run() throws InterruptedException {
    BatchStep step =
        new BatchStep(ports, state, new HostUpdate(ports, request, plan, terminated::gone), lock);
    List<RolloutPlan.Batch> batches = plan.batches();
    for (int i = 0; i < batches.size() && !state.stopped(); i++) {
      RolloutPlan.Batch batch = batches.get(i);
      if (i + 1 == batches.size()) {
        lock.prepareRelease();
      } else if (!after.waits(batch)) {
        step.prepare(batches.get(i + 1));
      }
      step.run(batch, i + 1, batches.size());
      if (!state.stopped()) {
        after.run(batch, i + 1);
      }
    }
  }

  @Override
  public Ending ending() throws InterruptedException {
    Ending stopped = state.budget().spent() ? Ending.OVER_BUDGET : after.ending();
    if (stopped == null) {
      boolean whole = state.ended().size() >= plan.hosts().size() && after.passed();
      return interruption.requested() && !whole ? Ending.INTERRUPTED : Ending.DONE;
    }
    List<Host> changed = state.hosts(HostOutcome::changed);
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
