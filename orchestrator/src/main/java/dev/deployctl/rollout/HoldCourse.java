package dev.deployctl.rollout;

import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.List;

/**
 * Starts a release on the first batch and switches nobody. Where it fails, the hosts that hold it
 * abandon it, whatever the user wants to be done on failures: there is nothing to go back to.
 */
final class HoldCourse implements Course {
  private final Interruption interruption;
  private final RolloutPlan plan;
  private final RolloutState state;
  private final BatchStep step;
  private final HeldRemoval removal;

  HoldCourse(
      Interruption interruption,
      RolloutPlan plan,
      RolloutState state,
      BatchStep step,
      HeldRemoval removal) {
    this.interruption = interruption;
    this.plan = plan;
    this.state = state;
    this.step = step;
    this.removal = removal;
  }

  private RolloutPlan.Batch first() {
    return plan.batches().getFirst();
  }

  @Override
  public void run() throws InterruptedException {
    step.run(first(), 1, 1);
  }

  @Override
  public Ending ending() throws InterruptedException {
    List<Host> held = state.hosts(HostOutcome.Held.class::isInstance);
    if (state.budget().spent()) {
      state.putAll(removal.run(held));
      return Ending.OVER_BUDGET;
    }
    if (interruption.requested() && !state.open(first().hosts()).isEmpty()) {
      return Ending.INTERRUPTED;
    }
    return held.isEmpty() ? Ending.HOLD_FAILED : Ending.HELD;
  }
}
