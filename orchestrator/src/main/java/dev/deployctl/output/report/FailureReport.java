package dev.deployctl.output.report;

import dev.deployctl.event.HostError;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One paragraph a failed host, or for all that failed before anything was touched and for the same
 * cause: what happened, which release is live, what was seen, what to do.
 */
final class FailureReport {
  /** So many are told in full; of the others one line each is enough to know them. */
  private static final int IN_FULL = 8;

  private final Page page;
  private final HostNames names;
  private final NextCommands commands;

  FailureReport(Page page, HostNames names, NextCommands commands) {
    this.page = page;
    this.names = names;
    this.commands = commands;
  }

  void print(RolloutOutcome outcome) {
    List<SameFailure> failed = SameFailure.among(outcome.hosts());
    for (int i = 0; i < failed.size(); i++) {
      head(failed.get(i));
      if (i < IN_FULL) {
        details(failed.get(i).one(), outcome.release());
      }
    }
    outcome.hosts().forEach(this::warnings);
    if (!failed.isEmpty()) {
      page.blank();
    }
  }

  private void head(SameFailure failure) {
    HostOutcome one = failure.one();
    page.words(
        page.line(" ")
            .add(OutcomeText.colour(one), one.kind().mark() + " ")
            .add(Colour.STRONG, names.of(failure.hosts()))
            .add("  "),
        OutcomeText.of(one));
  }

  private void details(HostOutcome outcome, ReleaseCommand.@Nullable Run release) {
    switch (outcome) {
      case HostOutcome.Failed failed -> error(failed.error());
      case HostOutcome.Unreachable out -> hint(out.hint());
      case HostOutcome.RollbackFailed failed -> error(failed.error());
      default -> {}
    }
    String command = commands.after(outcome, release);
    if (command != null) {
      page.print(label("next").add(command));
    }
  }

  private void error(HostError error) {
    HostError.Verdict verdict = error.verdict();
    if (verdict != null) {
      String probe = verdict.probe();
      if (probe != null) {
        page.words(label("last probe"), probe);
      }
      String container = verdict.container();
      if (container != null) {
        page.words(label("container"), container);
      }
      String label = "last lines";
      for (String line : verdict.lines()) {
        // A log line is shown as it is: its blanks may mean something. It never begins a line of
        // ours: a CI runner would obey one that begins with "::".
        page.print(label(label).add(Colour.FAINT, "| ").add(line));
        label = "";
      }
    }
    hint(error.hint());
  }

  private void hint(@Nullable String hint) {
    if (hint != null) {
      page.words(label("hint"), hint);
    }
  }

  private void warnings(HostOutcome outcome) {
    if (outcome instanceof HostOutcome.Updated updated) {
      if (updated.cutConnections() > 0) {
        warn(
            updated,
            Wording.count(updated.cutConnections(), "connection")
                + " still open at the end of the drain, cut");
      }
    }
    OutcomeText.warnings(outcome).forEach(warning -> warn(outcome, warning));
  }

  private void warn(HostOutcome outcome, String text) {
    page.words(
        page.line(" ")
            .add(Colour.WARN, "! ")
            .add(Colour.STRONG, names.of(outcome.host()))
            .add("  "),
        text);
  }

  private Line label(String word) {
    return page.line("     ").add(Colour.FAINT, word).to(18);
  }
}
