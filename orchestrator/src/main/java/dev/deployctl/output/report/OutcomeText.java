package dev.deployctl.output.report;

import dev.deployctl.model.Durations;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import org.jspecify.annotations.Nullable;

/** Says in one line what came of a host. */
public final class OutcomeText {
  private OutcomeText() {}

  public static String of(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Updated updated ->
          Wording.label(updated.serving()) + " serves, " + Durations.text(updated.took());
      case HostOutcome.Skipped skipped -> "runs " + Wording.label(skipped.serving()) + " already";
      case HostOutcome.Failed failed ->
          step(failed.step()) + failed.error().message() + "; " + state(failed);
      case HostOutcome.Unreachable out -> "not reached: " + out.reason();
      case HostOutcome.Unknown unknown ->
          "went silent"
              + (unknown.step() == null ? "" : " at " + unknown.step())
              + ": "
              + unknown.reason()
              + "; the host finishes or undoes it by itself";
      case HostOutcome.Gone gone ->
          "gone from the inventory, and does not answer: " + gone.reason();
      case HostOutcome.Untouched untouched ->
          "untouched, " + Wording.label(untouched.serving()) + " serves";
      case HostOutcome.RolledBack back ->
          "taken back, "
              + Wording.label(back.serving())
              + " serves, "
              + Durations.text(back.took());
      case HostOutcome.RollbackFailed failed ->
          "could not be taken back: "
              + failed.error().message()
              + "; "
              + serves(failed.serving(), failed.error().state());
    };
  }

  public static Colour colour(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Updated updated -> updated.warnings().isEmpty() ? Colour.GOOD : Colour.WARN;
      case HostOutcome.Skipped _ -> Colour.GOOD;
      case HostOutcome.Gone _ -> Colour.FAINT;
      case HostOutcome.Untouched _ -> Colour.FAINT;
      case HostOutcome.RolledBack _ -> Colour.WARN;
      case HostOutcome.Unknown _ -> Colour.WARN;
      case HostOutcome.Failed _ -> Colour.BAD;
      case HostOutcome.Unreachable _ -> Colour.BAD;
      case HostOutcome.RollbackFailed _ -> Colour.BAD;
    };
  }

  public static String mark(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Updated _ -> "✓";
      case HostOutcome.Skipped _ -> "✓";
      case HostOutcome.Gone _ -> "-";
      case HostOutcome.Untouched _ -> "·";
      case HostOutcome.RolledBack _ -> "<";
      case HostOutcome.Unknown _ -> "?";
      case HostOutcome.Failed _ -> "✗";
      case HostOutcome.Unreachable _ -> "✗";
      case HostOutcome.RollbackFailed _ -> "✗";
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

  /** Preflight only reads: a host that fails it goes on with whatever it serves. */
  private static boolean beforeAnything(HostOutcome.Failed failed) {
    return "preflight".equals(failed.step()) && failed.error().state() == null;
  }

  private static String serves(@Nullable Release serving, @Nullable String state) {
    if (state != null) {
      return state;
    }
    return serving == null
        ? "what serves on this host is not known"
        : Wording.label(serving) + " still serves on this host";
  }

  private static String step(@Nullable String step) {
    return step == null ? "" : step + ": ";
  }
}
