package dev.deployctl.output.report;

import dev.deployctl.model.Durations;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes the outcome of one host in one line. */
public final class OutcomeText {
  private OutcomeText() {}

  public static String of(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Updated updated ->
          Wording.label(updated.serving()) + " is live, " + Durations.text(updated.took());
      case HostOutcome.Held held ->
          Wording.label(held.held())
              + " is held"
              + (held.until() == null ? "" : " until " + Times.text(held.until()) + " UTC")
              + ", "
              + Wording.label(held.serving())
              + " is live, "
              + Durations.text(held.took());
      case HostOutcome.Skipped skipped -> "runs " + Wording.label(skipped.serving()) + " already";
      case HostOutcome.Failed failed ->
          step(failed.step()) + failed.error().message() + "; " + state(failed);
      case HostOutcome.Unreachable out -> "unreachable: " + out.reason();
      case HostOutcome.Unknown unknown ->
          "stopped answering"
              + (unknown.step() == null ? "" : " at " + unknown.step())
              + ": "
              + unknown.reason()
              + "; the host finishes or undoes it by itself";
      case HostOutcome.Terminated gone ->
          "terminated: not in the inventory any more, and does not answer: " + gone.reason();
      case HostOutcome.Untouched untouched ->
          "untouched, " + Wording.label(untouched.serving()) + " is live";
      case HostOutcome.RolledBack back ->
          "rolled back, "
              + Wording.label(back.serving())
              + " is live, "
              + Durations.text(back.took());
      case HostOutcome.RollbackFailed failed ->
          "could not be rolled back: "
              + failed.error().message()
              + "; "
              + serves(failed.serving(), failed.error().state());
    };
  }

  public static Colour colour(HostOutcome outcome) {
    if (!warnings(outcome).isEmpty()) {
      return Colour.WARN;
    }
    return switch (outcome.kind().tone()) {
      case GOOD -> Colour.GOOD;
      case WARN -> Colour.WARN;
      case BAD -> Colour.BAD;
      case FAINT -> Colour.FAINT;
    };
  }

  /** Returns what a host that did not fail warns of. */
  static List<String> warnings(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Updated updated -> updated.warnings();
      case HostOutcome.Held held -> held.warnings();
      default -> List.of();
    };
  }

  private static String state(HostOutcome.Failed failed) {
    if (beforeAnything(failed)) {
      return "nothing was touched";
    }
    return failed.changed()
        ? "but traffic goes to " + Wording.label(failed.serving()) + " now"
        : serves(failed.serving(), failed.error().state());
  }

  /** Preflight only reads: a host that fails it stays as it is. */
  private static boolean beforeAnything(HostOutcome.Failed failed) {
    return Step.PREFLIGHT.equals(failed.step()) && failed.error().state() == null;
  }

  private static String serves(@Nullable Release serving, @Nullable String state) {
    if (state != null) {
      return state;
    }
    return serving == null
        ? "it is not known which release is live"
        : Wording.label(serving) + " is still live on this host";
  }

  private static String step(@Nullable Step step) {
    return step == null ? "" : step + ": ";
  }
}
