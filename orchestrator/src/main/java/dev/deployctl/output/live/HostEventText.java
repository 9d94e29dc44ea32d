package dev.deployctl.output.live;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HoldEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.Durations;
import dev.deployctl.output.terminal.ReceiptText;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.Receipt;
import java.time.Duration;
import java.util.Optional;

/** The text of the events of a host that are worth a line. */
final class HostEventText {
  private HostEventText() {}

  /** Returns whether an event only tells the way to what the host's outcome says. */
  static boolean isStep(HostEvent event) {
    return switch (event) {
      case TransactionEvents.StepStarted _,
          TransactionEvents.StepFailed _,
          TransactionEvents.Switched _,
          TransactionEvents.ProcessRetiring _,
          HoldEvents.ReleaseHeld _,
          AnswerEvents.Refused _ ->
          true;
      default -> false;
    };
  }

  static Optional<String> of(HostEvent event) {
    return Optional.ofNullable(
        switch (event) {
          case TransactionEvents.StepStarted step -> step.step();
          case TransactionEvents.StepFailed failed ->
              failed.step() + " failed: " + error(failed.error());
          case TransactionEvents.Switched switched ->
              (switched.mode().equals("none")
                      ? "virtual host removed"
                      : "switched to the new release")
                  + (switched.reload() ? ", nginx reloaded" : "");
          case HoldEvents.ReleaseHeld held ->
              "holds the release"
                  + (held.until() == null ? "" : " until " + Times.text(held.until()) + " UTC");
          case TransactionEvents.DrainFinished drain ->
              drain.cut() == 0
                  ? null
                  : Wording.count(drain.cut(), "connection")
                      + " still open after "
                      + Durations.text(Duration.ofMillis(drain.waitedMs()))
                      + " of drain, cut";
          case TransactionEvents.Receipt receipt -> ReceiptText.of(Receipt.of(receipt));
          case TransactionEvents.Warning warning -> "warning: " + warning.message();
          case AnswerEvents.Recovered recovered ->
              "settled an unfinished transaction"
                  + (recovered.message() == null ? "" : ": " + recovered.message());
          case AnswerEvents.Check check ->
              check.ok() ? null : check.name() + ": " + check.message();
          case TransactionEvents.ProcessRetiring retiring ->
              retiring.process()
                  + " "
                  + retiring.instance()
                  + " of the old release finishes what it has in hand";
          case OneOffEvents.RunStarted run ->
              "runs "
                  + String.join(" ", run.words())
                  + (run.run() == null ? "" : ", run " + run.run());
          case AnswerEvents.LogLine line -> "| " + line.line();
          case OneOffEvents.RunFinished run ->
              (run.exit() == null ? "exit code not known" : "exit " + run.exit())
                  + ", "
                  + Durations.text(Duration.ofMillis(run.ms()));
          case AnswerEvents.Refused refused -> "refused: " + error(refused.error());
          default -> null;
        });
  }

  /** Returns what happened, and the state that things are in. */
  static String error(HostError error) {
    String state = error.state();
    return state == null ? error.message() : error.message() + "; " + state;
  }
}
