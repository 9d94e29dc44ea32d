package dev.deployctl.cli;

import dev.deployctl.output.PlainLog;
import dev.deployctl.output.PlanPrinter;
import dev.deployctl.output.RollbackPlanPrinter;
import dev.deployctl.output.Summary;
import dev.deployctl.rollout.EventSink;
import dev.deployctl.rollout.RollbackPlan;
import dev.deployctl.rollout.RolloutOutcome;
import dev.deployctl.rollout.RolloutPlan;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Shows a rollout from the plan to the summary, in the form that was asked for. */
final class RolloutView {
  private final Console console;
  private final @Nullable String environment;
  private final EventSink sink;

  RolloutView(Console console, OutputOptions output, @Nullable String environment) {
    this.console = console;
    this.environment = environment;
    this.sink = new PlainLog(console.out(), console.terminal(), Clock.systemUTC());
  }

  EventSink sink() {
    return sink;
  }

  void plan(RolloutPlan plan) {
    new PlanPrinter(console.out(), console.terminal()).print(plan, environment);
  }

  void plan(RollbackPlan plan) {
    new RollbackPlanPrinter(console.out(), console.terminal()).print(plan);
  }

  /** From here on hosts are changed. */
  void begin() {
    console.out().flush();
  }

  /** The first Ctrl-C. */
  void interrupted() {
    console
        .err()
        .println(
            "Interrupted: running hosts are finished, no more are started."
                + " Once more leaves at once.");
    console.err().flush();
  }

  int declined() {
    console.out().println("Nothing was touched.");
    console.out().flush();
    return ExitCodes.NOTHING_TO_DO;
  }

  int end(RolloutOutcome outcome) {
    new Summary(console.out(), console.terminal(), environment).print(outcome);
    console.out().flush();
    return outcome.exitCode();
  }
}
