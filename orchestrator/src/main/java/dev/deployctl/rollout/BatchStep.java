package dev.deployctl.rollout;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.List;

/** Changes the hosts of one batch, each while its lock holds. */
final class BatchStep {
  private final Ports ports;
  private final RolloutState state;
  private final HostUpdate update;
  private final DeployLock lock;

  BatchStep(Ports ports, RolloutState state, HostUpdate update, DeployLock lock) {
    this.ports = ports;
    this.state = state;
    this.update = update;
    this.lock = lock;
  }

  /**
   * Changes the hosts of a batch side by side.
   *
   * @param number of the batch, from 1
   * @param of the number of batches
   */
  void run(RolloutPlan.Batch batch, int number, int of) throws InterruptedException {
    List<Host> hosts = state.open(batch.hosts());
    ports.tell(new RolloutEvent.BatchStarted(number, of, batch.hosts(), batch.canary()));
    ports
        .timeline()
        .forEach(
            hosts,
            hosts.isEmpty() ? 1 : hosts.size(),
            host -> {
              if (!state.stopped()) {
                change(host);
              }
            });
    FailureBudget budget = state.budget();
    ports.tell(new RolloutEvent.BatchFinished(number, of, budget.failures(), budget.limit()));
  }

  /** Lets the hosts of a batch that comes next get ready for their change. */
  void prepare(RolloutPlan.Batch batch) {
    state.open(batch.hosts()).forEach(host -> update.prepare(host, lock.id()));
  }

  /** Changes a host on which the lock holds, and settles what came of it. */
  private void change(Host host) throws InterruptedException {
    HostResult.Refused refusal = lock.ensure(host);
    if (refusal == null) {
      HostOutcome outcome = update.run(host, lock.id());
      boolean lost =
          outcome instanceof HostOutcome.Failed failed
              && failed.step() == null
              && lock.isLost(host, failed.error());
      state.settle(lost ? new HostOutcome.Untouched(host, state.serving(host)) : outcome);
    } else if (lock.loss() == null) {
      state.settle(state.failed(refusal));
    }
  }
}
