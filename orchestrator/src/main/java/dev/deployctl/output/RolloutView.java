package dev.deployctl.output;

import dev.deployctl.model.App;
import dev.deployctl.output.json.JsonLog;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.live.LiveView;
import dev.deployctl.output.live.PlainLog;
import dev.deployctl.output.report.Invocation;
import dev.deployctl.output.report.Summary;
import dev.deployctl.output.tables.PlanPrinter;
import dev.deployctl.output.tables.RollbackPlanPrinter;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Printable;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows a rollout from the plan to the summary: drawn in place on a terminal, as plain lines or
 * NDJSON elsewhere.
 */
public final class RolloutView implements AutoCloseable {
  /** The ways to show progress where the view is not drawn on a terminal. */
  public enum Form {
    /** NDJSON, in place of all text. */
    JSON,
    /** No progress. */
    QUIET,
    /** A line for each change of a host that matters. */
    CHANGES,
    /** A line for each step of each host as well. */
    ALL_STEPS
  }

  private final Console console;
  private final Invocation call;
  private final boolean live;
  private final @Nullable JsonReport json;
  private volatile EventSink shown;
  private volatile boolean told;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private @Nullable LiveView drawing;

  /**
   * @param form what to show of the progress
   * @param call the command that is run
   */
  public RolloutView(Console console, Form form, Invocation call) {
    this.console = console;
    this.call = call;
    boolean quiet = form == Form.QUIET;
    this.live = form != Form.JSON && !quiet && console.terminal().interactive();
    this.json = form == Form.JSON ? new JsonReport(console.out(), Clock.systemUTC()) : null;
    if (json != null) {
      this.shown = new JsonLog(console.out(), Clock.systemUTC());
    } else if (live || quiet) {
      // Before hosts are changed a terminal shows the plan, and nothing moves.
      this.shown = event -> {};
    } else {
      this.shown =
          new PlainLog(
              console.out(), console.terminal(), Clock.systemUTC(), form == Form.ALL_STEPS);
    }
  }

  /** Returns the sink that shows the rollout's events. */
  public EventSink sink() {
    return event -> {
      switch (event) {
        case RolloutEvent.HostStarted started -> running.add(started.host().id());
        case RolloutEvent.HostFinished finished -> running.remove(finished.outcome().host().id());
        case RolloutEvent.Finished _ -> told = true;
        case RolloutEvent.Note note when live && drawing == null -> note(note.message());
        default -> {}
      }
      shown.tell(event);
    };
  }

  /** Prints a note on standard error while nothing is drawn yet. */
  private void note(String message) {
    console.err().println(Printable.text(message));
    console.err().flush();
  }

  public void plan(RolloutPlan plan) {
    if (json != null) {
      json.plan(plan);
      return;
    }
    new PlanPrinter(console.out(), console.terminal()).print(plan, call.environment());
  }

  public void plan(RollbackPlan plan) {
    if (json != null) {
      json.plan(plan);
      return;
    }
    new RollbackPlanPrinter(console.out(), console.terminal()).print(plan);
  }

  /** Starts to draw: from here on hosts are changed. */
  public void begin() {
    console.out().flush();
    if (live) {
      LiveView view =
          LiveView.open(console.out(), console.terminal(), console.size(), Clock.systemUTC());
      drawing = view;
      shown = view;
    }
  }

  /** Prints a question and leaves the terminal to the user, until {@link #answered}. */
  public void ask(String question) {
    LiveView view = drawing;
    if (view != null) {
      view.hold();
    }
    console.out().print(Printable.text(question));
    console.out().flush();
  }

  /** Goes on with the drawing after a question. */
  public void answered() {
    LiveView view = drawing;
    if (view != null) {
      view.release();
    }
  }

  /** Ends the drawing; its last state stays on the screen. */
  @Override
  public void close() {
    LiveView view = drawing;
    drawing = null;
    shown = event -> {};
    if (view != null) {
      view.close();
    }
  }

  /** Reports the first Ctrl-C, in the drawing where there is one so that it stays whole. */
  public void interrupted(App app) {
    shown.tell(new RolloutEvent.Interrupted(running.size()));
    if (!live) {
      console
          .err()
          .println(
              "Interrupted. Press Ctrl-C again to leave at once: hosts then finish by themselves,"
                  + " their locks expire, and deployctl status "
                  + app
                  + " shows their state.");
      console.err().flush();
    }
  }

  /** Ends the drawing and prints the summary. */
  public void end(RolloutOutcome outcome) {
    if (json != null) {
      if (!told) {
        shown.tell(new RolloutEvent.Finished(outcome));
      }
      return;
    }
    close();
    new Summary(console.out(), console.terminal(), call).print(outcome);
    console.out().flush();
  }
}
