package dev.deployctl.rollout.planning;

import dev.deployctl.model.Gate;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.ArrayList;
import java.util.List;

/** Warns of batches in which the canary or a gate has no effect. */
public final class BatchWarnings {
  private BatchWarnings() {}

  public static List<String> of(List<RolloutPlan.Batch> batches, RolloutSettings settings) {
    List<String> warnings = new ArrayList<>();
    int hosts = batches.stream().mapToInt(batch -> batch.hosts().size()).sum();
    if (batches.size() == 1 && batches.getFirst().canary() && hosts > 1) {
      warnings.add(
          "the canary is all "
              + hosts
              + " hosts: none is left that it could keep from a bad release; a smaller --canary"
              + " goes first");
    }
    for (Gate gate : settings.gates()) {
      if (!batches.isEmpty() && batches.stream().noneMatch(batch -> gate.follows(batch.canary()))) {
        warnings.add(
            "the gate "
                + gate.name()
                + " is not asked: it follows "
                + (gate.after() == Gate.After.CANARY ? "the canary" : "batches after the canary")
                + ", and there is none");
      }
    }
    return warnings;
  }
}
