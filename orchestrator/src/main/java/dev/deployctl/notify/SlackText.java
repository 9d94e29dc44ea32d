package dev.deployctl.notify;

import dev.deployctl.output.report.OutcomeSentence;
import dev.deployctl.output.report.SourceText;
import dev.deployctl.output.report.UsersFelt;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Printable;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of a message in Slack's markup. */
final class SlackText {
  /** Slack cuts longer texts. */
  private static final int LONGEST = 3000;

  private SlackText() {}

  static String of(NotificationState state) {
    List<String> lines = new ArrayList<>();
    RolloutOutcome outcome = state.outcome();
    lines.add(mark(outcome) + " " + heading(state));
    if (outcome == null) {
      lines.add(escaped(progress(state)));
    } else {
      lines.add(escaped(sentence(outcome)));
      UsersFelt.of(outcome, names(outcome)).ifPresent(text -> lines.add("users: " + escaped(text)));
      GateResult gate = outcome.failedGate();
      if (gate != null) {
        lines.add(escaped("gate " + gate.name() + ": " + gate.message()));
      }
    }
    SourceChange source = state.source();
    SourceText.of(source).ifPresent(text -> lines.add(escaped(text)));
    String warning = source == null ? null : source.warning();
    if (warning != null) {
      lines.add(":warning: " + escaped(warning));
    }
    String text = String.join("\n", lines);
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** Returns the outcome in a sentence. */
  static String sentence(RolloutOutcome outcome) {
    return OutcomeSentence.of(outcome, names(outcome));
  }

  private static HostNames names(RolloutOutcome outcome) {
    return new HostNames(outcome.hosts().stream().map(HostOutcome::host).toList());
  }

  private static String mark(@Nullable RolloutOutcome outcome) {
    if (outcome == null) {
      return ":hourglass_flowing_sand:";
    }
    return outcome.exitCode() == 0 ? ":white_check_mark:" : ":x:";
  }

  private static String heading(NotificationState state) {
    RolloutPlan plan = state.plan();
    NotificationState.About about = state.about();
    String what =
        about.command()
            + " of "
            + about.app()
            + (plan == null ? "" : " " + Wording.release(plan.wanted()));
    String where = about.environment() == null ? "" : " (" + about.environment() + ")";
    return "*" + escaped(what) + "*" + escaped(where + " by " + about.by());
  }

  private static String progress(NotificationState state) {
    RolloutPlan plan = state.plan();
    String hosts =
        plan == null
            ? Wording.count(state.done(), "host") + " done"
            : state.done() + " of " + Wording.count(plan.hosts().size(), "host");
    return state.phase() + " · " + hosts + ", " + Wording.count(state.failures(), "failure");
  }

  /** Without the characters that Slack reads as links, mentions and entities. */
  private static String escaped(String text) {
    return Printable.text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
