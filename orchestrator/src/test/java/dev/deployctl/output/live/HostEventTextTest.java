package dev.deployctl.output.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.ApplyEvents;
import dev.deployctl.event.BalancerEvents;
import dev.deployctl.event.DefinitionEvents;
import dev.deployctl.event.EnvEvents;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HoldEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.InspectionEvents;
import dev.deployctl.event.LockEvents;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.TransactionEvents;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of the log for events of a host. */
class HostEventTextTest {
  private static final Set<Class<? extends HostEvent>> TOLD =
      Set.of(
          TransactionEvents.StepStarted.class,
          TransactionEvents.StepFailed.class,
          TransactionEvents.Switched.class,
          HoldEvents.ReleaseHeld.class,
          TransactionEvents.DrainFinished.class,
          TransactionEvents.ProcessRetiring.class,
          TransactionEvents.Receipt.class,
          TransactionEvents.Warning.class,
          OneOffEvents.RunStarted.class,
          OneOffEvents.RunFinished.class,
          AnswerEvents.LogLine.class,
          AnswerEvents.Recovered.class,
          AnswerEvents.Check.class,
          AnswerEvents.Refused.class);

  /** The events that have no line: others report them, or they change nothing. */
  private static final Set<Class<? extends HostEvent>> SILENT =
      Set.of(
          TransactionEvents.DeployStarted.class,
          TransactionEvents.StepFinished.class,
          TransactionEvents.ImageResolved.class,
          TransactionEvents.ImageSource.class,
          TransactionEvents.EnvRead.class,
          TransactionEvents.ContainerStarted.class,
          TransactionEvents.HealthProbe.class,
          TransactionEvents.DrainProgress.class,
          TransactionEvents.DeployFinished.class,
          AnswerEvents.Version.class,
          AnswerEvents.PreflightFinished.class,
          AnswerEvents.PullFinished.class,
          AnswerEvents.Status.class,
          AnswerEvents.HistoryEntry.class,
          AnswerEvents.Traffic.class,
          DefinitionEvents.Definition.class,
          InspectionEvents.Capacity.class,
          InspectionEvents.TrafficRelease.class,
          InspectionEvents.TimelineEntry.class,
          InspectionEvents.TimelineMissing.class,
          LockEvents.LockTaken.class,
          LockEvents.LockReleased.class,
          OneOffEvents.Schedule.class,
          ApplyEvents.ApplyFile.class,
          ApplyEvents.ApplyFinished.class,
          BalancerEvents.BalancerDrained.class,
          BalancerEvents.BalancerProgress.class,
          BalancerEvents.BalancerUndrained.class,
          EnvEvents.EnvEdited.class,
          EnvEvents.EnvListed.class,
          EnvEvents.EnvName.class,
          AnswerEvents.Finished.class,
          HostEvent.Unknown.class);

  @Test
  void everyTypeOfEventHasALineOrIsSilentByIntent() {
    Set<Class<?>> all =
        Arrays.stream(HostEvent.class.getPermittedSubclasses()).collect(Collectors.toSet());
    assertThat(all).containsAll(TOLD).containsAll(SILENT).hasSize(TOLD.size() + SILENT.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step.started",
        "step.failed",
        "switched",
        "drain.finished",
        "process.retiring",
        "receipt",
        "run.started",
        "run.finished",
        "log.line",
        "warning",
        "recovered",
        "check",
        "error"
      })
  void eventsThatHaveALineHaveAText(String type) {
    HostEvent event = read(type);
    assertThat(TOLD).contains(event.getClass());
    assertThat(HostEventText.of(event)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy.started",
        "step.finished",
        "image.resolved",
        "env.read",
        "container.started",
        "health.probe",
        "drain.progress",
        "deploy.finished",
        "version",
        "preflight.finished",
        "pull.finished",
        "status",
        "history.entry",
        "traffic",
        "lock.taken",
        "lock.released",
        "schedule",
        "status.finished",
        "weather"
      })
  void eventsThatAreSilentHaveNoText(String type) {
    HostEvent event = read(type);
    assertThat(SILENT).contains(event.getClass());
    assertThat(HostEventText.of(event)).isEmpty();
  }

  @Test
  void virtualHostThatWasRemovedIsNoSwitch() {
    HostEvent event =
        new EventReader()
            .read("{\"type\":\"switched\",\"mode\":\"none\",\"reload\":true}")
            .orElseThrow();
    assertThat(HostEventText.of(event)).contains("virtual host removed, nginx reloaded");
  }

  private static HostEvent read(String type) {
    return new EventReader().read("{\"type\":\"" + type + "\",\"cut\":2}").orElseThrow();
  }
}
