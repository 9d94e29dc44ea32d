package dev.deployctl.rollout.gate;

import dev.deployctl.model.Gate;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.List;
import java.util.function.Consumer;

/** Asks gates: the port of the engine to commands, services and people. */
public interface GateKeeper {
  /**
   * Asks a gate once. Returns within the gate's time limit.
   *
   * @param output receives the lines that the gate prints
   * @throws InterruptedException at once when the thread is interrupted
   */
  Answer ask(Gate gate, Moment moment, Consumer<String> output) throws InterruptedException;

  /**
   * The answer of a gate.
   *
   * @param message the reason, one sentence
   */
  record Answer(boolean passed, String message) {}

  /**
   * The point of a rollout at which a gate is asked.
   *
   * @param after what the gate follows, such as {@code canary} or {@code batch 2}
   * @param updated the hosts that this rollout has changed so far
   */
  record Moment(RolloutId rollout, RolloutPlan plan, String after, List<Host> updated) {
    public Moment {
      updated = List.copyOf(updated);
    }
  }
}
