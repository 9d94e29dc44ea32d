package dev.deployctl.output.report;

import dev.deployctl.model.Durations;
import dev.deployctl.rollout.outcome.GateResult;

/** The result of a gate as a person reads it. */
public final class GateText {
  private GateText() {}

  public static String of(GateResult gate) {
    return "gate "
        + gate.name()
        + ", after "
        + gate.after()
        + (gate.passed() ? ", passed: " : ", did not pass: ")
        + gate.message()
        + " ("
        + Durations.text(gate.took())
        + ")";
  }
}
