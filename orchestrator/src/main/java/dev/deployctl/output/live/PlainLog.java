package dev.deployctl.output.live;

import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.report.GateText;
import dev.deployctl.output.report.OutcomeText;
import dev.deployctl.output.report.SourceText;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;

/**
 * Tells a rollout in lines that stay: for CI, pipes and terminals that cannot redraw. One line for
 * each host and change of its state that matters; all steps where they are asked for, but no probe.
 */
public final class PlainLog implements EventSink {
  private final Page page;
  private final Clock clock;
  private final boolean steps;
  private HostNames names = new HostNames(List.of());

  /**
   * @param steps whether to tell each step of each host
   */
  public PlainLog(PrintWriter out, Terminal terminal, Clock clock, boolean steps) {
    this.page = new Page(out, terminal);
    this.clock = clock;
    this.steps = steps;
  }

  @Override
  public synchronized void tell(RolloutEvent event) {
    switch (event) {
      case RolloutEvent.Planned planned -> {
        names = new HostNames(planned.plan().hosts());
        say(plan(planned.plan()));
      }
      case RolloutEvent.StageStarted stage ->
          say(stage.stage().word() + ": " + Wording.count(stage.hosts(), "host"));
      case RolloutEvent.StageProgress progress -> {
        if (!progress.ok()) {
          say(progress.host(), Colour.BAD, progress.stage().word() + ": " + progress.message());
        }
      }
      case RolloutEvent.StageFinished stage ->
          say(
              stage.ok() == stage.hosts() ? Colour.GOOD : Colour.BAD,
              stage.stage().word()
                  + ": "
                  + stage.ok()
                  + " of "
                  + Wording.count(stage.hosts(), "host")
                  + ", "
                  + Durations.text(stage.took()));
      case RolloutEvent.SourceKnown known ->
          SourceText.of(known.source()).ifPresent(text -> say("source: " + text));
      case RolloutEvent.BatchStarted batch ->
          say(
              (batch.canary() ? "canary" : "batch " + batch.number() + " of " + batch.of())
                  + ": "
                  + String.join(", ", batch.hosts().stream().map(names::of).toList()));
      case RolloutEvent.BatchFinished batch ->
          say(
              "batch "
                  + batch.number()
                  + " of "
                  + batch.of()
                  + " done, failures "
                  + batch.failures()
                  + " of "
                  + batch.budget()
                  + " allowed");
      case RolloutEvent.HostStarted started -> say(started.host(), Colour.PLAIN, "starts");
      case RolloutEvent.HostTold told -> {
        if (steps || !HostEventText.isStep(told.event())) {
          HostEventText.of(told.event()).ifPresent(text -> say(told.host(), Colour.PLAIN, text));
        }
      }
      case RolloutEvent.Reattaching again ->
          say(
              again.host(),
              Colour.WARN,
              "connection lost, attempt " + again.attempt() + " to come back: " + again.reason());
      case RolloutEvent.HostFinished finished -> outcome(finished.outcome());
      case RolloutEvent.Paused paused ->
          say(paused.why() + ", " + Durations.text(paused.duration()));
      case RolloutEvent.GateStarted gate ->
          say("gate " + gate.name() + ", after " + gate.after() + ": asked (" + gate.kind() + ")");
      case RolloutEvent.GateTold told -> say("gate " + told.name() + "  | " + told.line());
      case RolloutEvent.GateFinished gate ->
          say(gate.result().passed() ? Colour.GOOD : Colour.BAD, GateText.of(gate.result()));
      case RolloutEvent.BudgetSpent spent ->
          say(
              Colour.BAD,
              "failures "
                  + spent.failures()
                  + " of "
                  + spent.budget()
                  + " allowed: no more hosts are started");
      case RolloutEvent.Interrupted interrupted ->
          say(
              Colour.WARN,
              "interrupted: "
                  + Wording.count(interrupted.running(), "running host")
                  + " will finish, no more are started; interrupt again to leave at once");
      case RolloutEvent.Note note -> say(note.message());
      case RolloutEvent.Finished _ -> {} // the summary tells
    }
    page.flush();
  }

  private static String plan(RolloutPlan plan) {
    if (plan.hold() instanceof HoldPlan.Start) {
      return plan.app()
          + ": "
          + Wording.release(plan.wanted())
          + " is started and held on "
          + Wording.count(plan.begun().size(), "host")
          + ", nobody is switched";
    }
    return plan.app()
        + ": "
        + Wording.release(plan.wanted())
        + " on "
        + Wording.count(plan.hosts().size(), "host")
        + " in "
        + plan.batches().size()
        + (plan.batches().size() == 1 ? " batch" : " batches");
  }

  private void outcome(HostOutcome outcome) {
    say(outcome.host(), OutcomeText.colour(outcome), OutcomeText.of(outcome));
  }

  private void say(String text) {
    say(Colour.PLAIN, text);
  }

  private void say(Colour colour, String text) {
    page.print(stamp().add(colour, text));
  }

  private void say(Host host, Colour colour, String text) {
    page.print(stamp().add(Colour.STRONG, names.of(host)).add("  ").add(colour, text));
  }

  private Line stamp() {
    return page.line().add(Colour.FAINT, Times.log(clock.instant())).add("  ");
  }
}
