package dev.deployctl.output.page;

import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.OutcomeKind;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;

/** The outcome of a rollout for people who do not know deployctl. */
record Headline(Tone tone, String verdict, String sentence) {
  /**
   * Returns the headline.
   *
   * @param command what ended, such as {@code rollout}
   */
  static Headline of(RolloutOutcome outcome, String command) {
    if (outcome.ending() == Ending.HELD) {
      return new Headline(
          Tone.NEUTRAL,
          "Held",
          Wording.label(outcome.wanted())
              + " is running beside the live release, and no user is sent to it yet.");
    }
    if (outcome.exitCode() == 0) {
      return new Headline(Tone.GOOD, "Succeeded", state(outcome, command) + ".");
    }
    return switch (outcome.ending()) {
      case DONE ->
          new Headline(
              Tone.WARN,
              "Incomplete",
              state(outcome, command) + "; " + failed(outcome) + ", as many as the budget allows.");
      case ROLLED_BACK ->
          new Headline(
              Tone.BAD,
              "Rolled back",
              reason(outcome) + ". The hosts that were changed run their earlier release again.");
      case PREFLIGHT_REFUSED, LOCKED ->
          new Headline(Tone.BAD, "Not started", reason(outcome) + ". Nothing was changed.");
      case RELEASE_COMMAND_FAILED ->
          new Headline(Tone.BAD, "Stopped", reason(outcome) + ". No host was changed.");
      case INTERRUPTED ->
          new Headline(
              Tone.WARN, "Interrupted", "It was interrupted. " + state(outcome, command) + ".");
      default ->
          new Headline(Tone.BAD, "Stopped", reason(outcome) + ". " + state(outcome, command) + ".");
    };
  }

  private static String reason(RolloutOutcome outcome) {
    long failures = outcome.failures();
    return switch (outcome.ending()) {
      case OVER_BUDGET -> overBudget(outcome);
      case ROLLED_BACK -> failures > outcome.maxFailures() ? overBudget(outcome) : judged(outcome);
      case GATE_FAILED -> judged(outcome);
      case CANARY_WORSE -> "The first hosts did not do well with the new release";
      case LOCK_LOST -> "The lock of the app was lost, so others may have changed it since";
      case RELEASE_COMMAND_FAILED -> "The release command failed";
      case PREFLIGHT_REFUSED -> "A host is not ready";
      case LOCKED -> "Somebody else has locked the app";
      case UNREACHABLE -> "Too many hosts are unreachable";
      default -> "It ended early";
    };
  }

  /** Returns what a gate, or else the watch of the first hosts, has said of the new release. */
  private static String judged(RolloutOutcome outcome) {
    return outcome.gates().stream()
        .filter(gate -> !gate.passed())
        .map(gate -> "The gate " + gate.name() + " did not pass")
        .findFirst()
        .orElse("The first hosts did not do well with the new release");
  }

  private static String overBudget(RolloutOutcome outcome) {
    int allowed = outcome.maxFailures();
    String failed = failed(outcome);
    return Character.toUpperCase(failed.charAt(0))
        + failed.substring(1)
        + ", and the budget allows "
        + (allowed == 0 ? "none" : String.valueOf(allowed));
  }

  private static String failed(RolloutOutcome outcome) {
    return Wording.count(outcome.failures(), "host") + " failed";
  }

  private static String state(RolloutOutcome outcome, String command) {
    long reached = outcome.hosts().stream().filter(Headline::reached).count();
    int total = outcome.hosts().size();
    if (outcome.wanted() == null) {
      long back =
          outcome.hosts().stream().filter(host -> host.kind() == OutcomeKind.ROLLED_BACK).count();
      return reach(back + reached, total) + " back on the earlier release";
    }
    if (command.equals("restart")) {
      return reach(reached, total) + " restarted";
    }
    String release = Wording.label(outcome.wanted());
    if (reached == 0) {
      return release + " is live on no host";
    }
    if (reached < total) {
      return release + " is live on " + reached + " of " + Wording.count(total, "host");
    }
    return release + " is live on " + (total == 1 ? "the host" : "all " + total + " hosts");
  }

  private static String reach(long some, int total) {
    if (some == total) {
      return total == 1 ? "The host is" : "All " + total + " hosts are";
    }
    return some + " of " + Wording.count(total, "host") + (some == 1 ? " is" : " are");
  }

  private static boolean reached(HostOutcome host) {
    return host.kind() == OutcomeKind.UPDATED
        || host.kind() == OutcomeKind.SKIPPED
        || (host instanceof HostOutcome.Failed failed && failed.changed());
  }
}
