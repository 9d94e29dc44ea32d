package dev.deployctl.cli;

import dev.deployctl.model.App;
import dev.deployctl.output.json.JsonLog;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.live.LiveView;
import dev.deployctl.output.live.PlainLog;
import dev.deployctl.output.report.Summary;
import dev.deployctl.output.tables.PlanPrinter;
import dev.deployctl.output.tables.RollbackPlanPrinter;
import dev.deployctl.output.terminal.Printable;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Shows a rollout from the plan to the summary: drawn in place on a terminal, as plain lines
 * elsewhere.
 */
final class RolloutView implements AutoCloseable {
  private final Console console;
  private final @Nullable String environment;
  private final HostOptions selection;
  private final Reports reports;
  private final boolean live;
  private final @Nullable JsonReport json;
  private volatile EventSink shown;
  private volatile boolean told;
  private final AtomicInteger running = new AtomicInteger();
  private @Nullable LiveView drawing;

  RolloutView(
      Console console,
      OutputOptions output,
      @Nullable String environment,
      HostOptions selection,
      Reports reports) {
    this.console = console;
    this.selection = selection;
    this.reports = reports;
    this.environment = environment;
    this.live = output.live(console.terminal());
    this.json = output.json ? new JsonReport(console.out(), Clock.systemUTC()) : null;
    if (output.json) {
      this.shown = new JsonLog(console.out(), Clock.systemUTC());
    } else if (live || output.quiet) {
      // Before hosts are changed a terminal shows the plan, and nothing moves.
      this.shown = event -> {};
    } else {
      this.shown = new PlainLog(console.out(), console.terminal(), Clock.systemUTC());
    }
  }

  EventSink sink() {
    return event -> {
      switch (event) {
        case RolloutEvent.HostStarted _ -> running.incrementAndGet();
        case RolloutEvent.HostFinished _ -> running.decrementAndGet();
        case RolloutEvent.Finished _ -> told = true;
        case RolloutEvent.Note note when live && drawing == null -> note(note.message());
        default -> {}
      }
      shown.tell(event);
    };
  }

  /** Says why nothing moves yet, where nothing is drawn. */
  private void note(String message) {
    console.err().println(Printable.text(message));
    console.err().flush();
  }

  void plan(RolloutPlan plan) {
    if (json != null) {
      json.plan(plan);
      return;
    }
    new PlanPrinter(console.out(), console.terminal()).print(plan, environment);
  }

  void plan(RollbackPlan plan) {
    if (json != null) {
      json.plan(plan);
      return;
    }
    new RollbackPlanPrinter(console.out(), console.terminal()).print(plan);
  }

  /** From here on hosts are changed. */
  void begin() {
    console.out().flush();
    if (live) {
      LiveView view =
          LiveView.open(console.out(), console.terminal(), console.size(), Clock.systemUTC());
      drawing = view;
      shown = view;
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

  /** The first Ctrl-C; said where everything else is said, so that a drawing is not torn. */
  void interrupted(App app) {
    shown.tell(new RolloutEvent.Interrupted(running.get()));
    if (!live) {
      console
          .err()
          .println(
              "Interrupted. Once more leaves at once: then hosts finish by themselves, their locks"
                  + " expire after a while, and deployctl status "
                  + app
                  + " tells where things stand.");
      console.err().flush();
    }
  }

  int declined() {
    console.out().println("Nothing was touched.");
    console.out().flush();
    return ExitCodes.NOTHING_TO_DO;
  }

  int end(RolloutOutcome outcome) {
    if (json != null) {
      if (!told) {
        shown.tell(new RolloutEvent.Finished(outcome));
      }
      reports.write(outcome);
      return outcome.exitCode();
    }
    close();
    new Summary(console.out(), console.terminal(), environment, selection.words()).print(outcome);
    console.out().flush();
    reports.write(outcome);
    return outcome.exitCode();
  }
}
