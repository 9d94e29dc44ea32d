package dev.deployctl.output.live;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Durations;
import dev.deployctl.output.terminal.Wording;
import java.time.Duration;
import java.util.Optional;

/** Says in a few words what a host told, where that is a change worth a line. */
final class HostEventText {
  private HostEventText() {}

  static Optional<String> of(HostEvent event) {
    return Optional.ofNullable(
        switch (event) {
          case HostEvent.StepStarted step -> step.step();
          case HostEvent.StepFailed failed -> failed.step() + " failed: " + error(failed.error());
          case HostEvent.Switched switched ->
              "switched to the new release" + (switched.reload() ? ", nginx reloaded" : "");
          case HostEvent.DrainFinished drain ->
              drain.cut() == 0
                  ? null
                  : Wording.count(drain.cut(), "connection")
                      + " still open after "
                      + Durations.text(Duration.ofMillis(drain.waitedMs()))
                      + " of drain, cut";
          case HostEvent.Warning warning -> "warning: " + warning.message();
          case HostEvent.Recovered recovered ->
              "settled an unfinished transaction"
                  + (recovered.message() == null ? "" : ": " + recovered.message());
          case HostEvent.Check check -> check.ok() ? null : check.name() + ": " + check.message();
          case HostEvent.Refused refused -> "refused: " + error(refused.error());
          // Told by other events of the rollout, or no change at all.
          case HostEvent.DeployStarted _ -> null;
          case HostEvent.StepFinished _ -> null;
          case HostEvent.ImageResolved _ -> null;
          case HostEvent.EnvRead _ -> null;
          case HostEvent.ContainerStarted _ -> null;
          case HostEvent.HealthProbe _ -> null;
          case HostEvent.DrainProgress _ -> null;
          case HostEvent.DeployFinished _ -> null;
          case HostEvent.Version _ -> null;
          case HostEvent.PreflightFinished _ -> null;
          case HostEvent.PullFinished _ -> null;
          case HostEvent.Status _ -> null;
          case HostEvent.HistoryEntry _ -> null;
          case HostEvent.LogLine _ -> null;
          case HostEvent.Traffic _ -> null;
          case HostEvent.LockTaken _ -> null;
          case HostEvent.LockReleased _ -> null;
          case HostEvent.RunStarted _ -> null;
          case HostEvent.RunFinished _ -> null;
          case HostEvent.PruneFinished _ -> null;
          case HostEvent.ConvergeApp _ -> null;
          case HostEvent.ConvergeFinished _ -> null;
          case HostEvent.Help _ -> null;
          case HostEvent.Finished _ -> null;
          case HostEvent.Unknown _ -> null;
        });
  }

  /** What happened, and what state things are in. */
  static String error(HostError error) {
    String state = error.state();
    return state == null ? error.message() : error.message() + "; " + state;
  }
}
