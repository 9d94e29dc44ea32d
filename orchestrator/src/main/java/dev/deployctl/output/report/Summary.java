package dev.deployctl.output.report;

import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.io.PrintWriter;
import java.util.List;

/**
 * The end of a rollout: what failed and why, where things stand, how to go back and how to go on.
 */
public final class Summary {
  private final Page page;
  private final Invocation call;

  /** Prints what the user is to know, and commands to go on with. */
  public Summary(PrintWriter out, Terminal terminal, Invocation call) {
    this.page = new Page(out, terminal);
    this.call = call;
  }

  public void print(RolloutOutcome outcome) {
    HostNames names = new HostNames(outcome.hosts().stream().map(HostOutcome::host).toList());
    NextCommands commands = new NextCommands(outcome.app(), call, names);
    new FailureReport(page, names, commands).print(outcome);
    verdict(outcome, names);
    UsersFelt.of(outcome, names)
        .ifPresent(text -> page.words(page.line("  ").add(Colour.FAINT, "users").to(17), text));
    for (String note : outcome.notes()) {
      page.words(page.line("  ").add(Colour.WARN, "note").to(17), note);
    }
    new HoldSteps(page, names).preview(outcome);
    HoldSteps.find(outcome, commands, this::step);
    new NextSteps(this::step, names, commands, call.command()).find(outcome);
    page.flush();
  }

  /** The command stays whole, to be copied; the remark goes below it where both do not fit. */
  private void step(String label, String command, String remark) {
    page.items(
        page.line("  ").add(Colour.FAINT, label).to(17),
        "   ",
        List.of(page.line(command), page.line().add(Colour.FAINT, "(" + remark + ")")));
  }

  private void verdict(RolloutOutcome outcome, HostNames names) {
    boolean good = outcome.exitCode() == 0;
    Line head = page.line().add(good ? Colour.GOOD : Colour.BAD, good ? "✓ " : "✗ ");
    page.words(
        head.add(Colour.STRONG, outcome.app().name()).add("  "),
        OutcomeSentence.of(outcome, names));
  }
}
