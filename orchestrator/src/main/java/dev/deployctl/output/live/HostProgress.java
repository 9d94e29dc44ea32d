package dev.deployctl.output.live;

import dev.deployctl.event.HostEvent;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where one host stands in a rollout. */
final class HostProgress {
  final Host host;
  private boolean running;
  private @Nullable String step;
  private @Nullable Instant since;
  private String detail = "";
  private @Nullable HostOutcome outcome;

  HostProgress(Host host) {
    this.host = host;
  }

  void start(Instant now) {
    running = true;
    step = null;
    since = now;
    detail = "";
  }

  void tell(HostEvent event, Instant now) {
    switch (event) {
      case TransactionEvents.StepStarted started -> {
        step = started.step();
        since = now;
        detail = "";
      }
      case TransactionEvents.HealthProbe probe ->
          detail =
              probe.ok()
                  ? ""
                  : (probe.process() == null ? "" : probe.process() + " ") + "saw: " + probe.saw();
      case TransactionEvents.DrainProgress drain ->
          detail = Wording.count(drain.connections(), "connection") + " left";
      case TransactionEvents.Warning warning -> detail = "warning: " + warning.message();
      case TransactionEvents.StepFailed failed -> detail = failed.error().message();
      default -> {
        // What else a host tells is of no use while one looks on.
      }
    }
  }

  void reattach(int attempt, String reason) {
    detail = "connection lost, attempt " + attempt + " to come back: " + reason;
  }

  void finish(HostOutcome ended) {
    running = false;
    outcome = ended;
  }

  boolean running() {
    return running;
  }

  boolean waiting() {
    return !running && outcome == null;
  }

  /** The outcome so far; a host that is being rolled back has one and runs. */
  @Nullable HostOutcome outcome() {
    return outcome;
  }

  boolean failed() {
    return !running && outcome != null && outcome.failure();
  }

  String step() {
    return step == null ? "starts" : step;
  }

  @Nullable Instant since() {
    return since;
  }

  String detail() {
    return detail;
  }
}
