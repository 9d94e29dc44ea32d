package dev.deployctl.output.report;

import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.CanaryResult;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The one paragraph that says what came of a rollout and where things stand. */
public final class OutcomeSentence {
  private OutcomeSentence() {}

  public static String of(RolloutOutcome outcome, HostNames names) {
    boolean good = outcome.exitCode() == 0;
    return (good ? serving(outcome) : "")
        + Tally.of(outcome.hosts(), names)
        + (good ? ", " : ": ")
        + ending(outcome)
        + " "
        + Durations.text(outcome.took())
        + ", rollout "
        + outcome.id()
        + "."
        + mixed(outcome, names);
  }

  private static String serving(RolloutOutcome outcome) {
    Release wanted = outcome.wanted();
    if (wanted == null) {
      return "";
    }
    return Wording.release(wanted)
        + (outcome.ending() == Ending.HELD ? " is held, nobody is switched: " : " is live: ");
  }

  private static String ending(RolloutOutcome outcome) {
    long failures = outcome.failures();
    String budget = "the budget of " + Wording.count(outcome.maxFailures(), "failure");
    // A rollout that was rolled back within its budget failed at the canary.
    boolean spent = failures > outcome.maxFailures();
    return switch (outcome.ending()) {
      case DONE -> failures == 0 ? "done in" : "within " + budget + ", done in";
      case HELD -> failures == 0 ? "held after" : "within " + budget + ", held after";
      case HOLD_FAILED -> "no host holds the release, nobody is switched, ended after";
      case OVER_BUDGET -> "over " + budget + ", stopped after";
      case CANARY_WORSE -> canary(outcome) + ", stopped after";
      case GATE_FAILED -> refused(outcome) + ", stopped after";
      case ROLLED_BACK -> (spent ? "over " + budget : refused(outcome)) + ", rolled back after";
      case LOCK_LOST -> "lock lost, nothing more was changed, ended after";
      case RELEASE_COMMAND_FAILED -> "the release command failed, no host was changed, ended after";
      case PREFLIGHT_REFUSED -> "not ready for this rollout, nothing was touched;";
      case LOCKED -> "somebody else has locked the app, nothing was touched;";
      case UNREACHABLE -> "too many hosts are unreachable" + touched(outcome) + ";";
      case INTERRUPTED -> "interrupted after";
    };
  }

  /** Names the gate that did not pass; without one the canary was the reason. */
  private static String refused(RolloutOutcome outcome) {
    GateResult gate = outcome.failedGate();
    return gate == null ? canary(outcome) : "the gate " + gate.name() + " did not pass";
  }

  /** A canary of which nothing is known stops a rollout as a worse one does. */
  private static String canary(RolloutOutcome outcome) {
    CanaryResult canary = outcome.canary();
    return canary != null && canary.verdict() == CanaryResult.Verdict.NOT_KNOWN
        ? "the canary could not be judged"
        : "the canary is worse than what it replaced";
  }

  private static String touched(RolloutOutcome outcome) {
    return nothingWasTouched(outcome) ? ", nothing was touched" : "";
  }

  private static boolean nothingWasTouched(RolloutOutcome outcome) {
    return outcome.ending() == Ending.PREFLIGHT_REFUSED
        || outcome.ending() == Ending.RELEASE_COMMAND_FAILED
        || outcome.ending() == Ending.LOCKED
        || outcome.hosts().stream()
            .allMatch(
                host ->
                    host instanceof HostOutcome.Unreachable
                        || host instanceof HostOutcome.Untouched
                        || host instanceof HostOutcome.Terminated
                        || host instanceof HostOutcome.Skipped);
  }

  /** Names which release runs where, once more than one does. */
  private static String mixed(RolloutOutcome outcome, HostNames names) {
    Map<String, Release> serving = new HashMap<>();
    List<Host> known = new ArrayList<>();
    List<Host> unknown = new ArrayList<>();
    for (HostOutcome host : outcome.hosts()) {
      Release release = host.serving();
      if (host instanceof HostOutcome.Terminated) {
        continue;
      }
      if (release == null) {
        unknown.add(host.host());
      } else {
        known.add(host.host());
        serving.put(host.host().id(), release);
      }
    }
    boolean untouched = outcome.ending() != Ending.DONE && nothingWasTouched(outcome);
    String silent = unknown.isEmpty() || untouched ? "" : " Not known: " + names.of(unknown) + ".";
    ReleasesByHost fleet = ReleasesByHost.of(known, serving);
    if (!fleet.mixed()) {
      return silent;
    }
    String now = outcome.ending() == Ending.DONE ? "" : "now ";
    return " "
        + fleet.releases()
        + " releases "
        + now
        + "run: "
        + fleet.sentence(names)
        + "."
        + silent;
  }
}
