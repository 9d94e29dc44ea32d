package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostValues;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The release command in a rollout: once, before any host is changed, whatever breaks. */
class ReleaseCommandTest {
  private static RolloutFixture fleet(int hosts) {
    RolloutFixture fixture = RolloutFixture.of(java.util.Collections.nCopies(hosts, Behavior.GOOD));
    fixture.fleet.hosts.values().forEach(host -> host.migration.define());
    return fixture;
  }

  private static List<String> lines(RolloutFixture fixture) {
    return fixture.events.stream()
        .filter(RolloutEvent.HostTold.class::isInstance)
        .map(event -> ((RolloutEvent.HostTold) event).event())
        .filter(AnswerEvents.LogLine.class::isInstance)
        .map(event -> ((AnswerEvents.LogLine) event).line())
        .toList();
  }

  private static void assertUnchanged(RolloutFixture fixture) {
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.begun).isZero();
              assertThat(host.lock).isNull();
            });
  }

  private static HostOutcome.Failed failure(RolloutOutcome outcome) {
    List<HostOutcome> failed = outcome.hosts().stream().filter(HostOutcome::failure).toList();
    assertThat(failed).hasSize(1);
    HostOutcome.Failed one = (HostOutcome.Failed) failed.getFirst();
    assertThat(one.step()).isEqualTo(Step.RELEASE);
    return one;
  }

  @Test
  void runsOnceOnTheFirstHostBeforeAnyHostIsChanged() throws Exception {
    RolloutFixture fixture = fleet(3);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted) {
            assertThat(fixture.host(1).migration.starts).isEqualTo(1);
          }
        };

    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(outcome.hosts()).allMatch(HostOutcome.Updated.class::isInstance);
    assertThat(fixture.fleet.hosts.values().stream().mapToInt(host -> host.migration.starts))
        .containsExactly(1, 0, 0);
    assertThat(fixture.host(1).migration.rollout).isEqualTo(outcome.id().value());
    ReleaseCommand.Run run = Objects.requireNonNull(outcome.release());
    assertThat(run.exit()).isZero();
    assertThat(run.run()).isEqualTo(SimulatedRelease.RUN);
    assertThat(lines(fixture)).hasSize(10).startsWith("row 1").endsWith("row 10");
  }

  @Test
  void runsAfterThePullAndUnderTheLock() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.RELEASE) {
            assertThat(fixture.fleet.hosts.values())
                .allSatisfy(
                    host -> {
                      assertThat(host.pulls).isEqualTo(1);
                      assertThat(host.lock).isNotNull();
                    });
          }
        };
    assertThat(fixture.rollOut(settings("1", "1", 0)).ending()).isEqualTo(Ending.DONE);
  }

  @Test
  void failedCommandEndsTheRolloutWithItsOutputAndNoHostIsChanged() throws Exception {
    RolloutFixture fixture = fleet(3);
    fixture.host(1).migration.exit = 3;

    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));

    assertThat(outcome.ending()).isEqualTo(Ending.RELEASE_COMMAND_FAILED);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertUnchanged(fixture);
    HostOutcome.Failed failed = failure(outcome);
    assertThat(failed.host().name()).isEqualTo("web-00001");
    assertThat(failed.error().message()).contains("bin/rails db:migrate failed after 10 s: exit 3");
    assertThat(failed.error().state()).isEqualTo("no host was changed");
    assertThat(Objects.requireNonNull(failed.error().verdict()).lines()).endsWith("row 10");
    assertThat(failed.serving()).isNotNull();
  }

  @Test
  void commandThatExceedsItsTimeLimitEndsTheRolloutWithTheHostsReason() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.host(1).migration.limit = Duration.ofSeconds(5);

    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));

    assertThat(outcome.ending()).isEqualTo(Ending.RELEASE_COMMAND_FAILED);
    assertUnchanged(fixture);
    assertThat(failure(outcome).error().message()).isEqualTo("it had not ended after 5 s");
    assertThat(failure(outcome).error().state()).isEqualTo("no host was changed");
  }

  @Test
  void lostConnectionAttachesAgainAndStartsNoSecondOne() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.host(1).migration.losses = 3;

    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.host(1).migration.starts).isEqualTo(1);
    assertThat(lines(fixture)).hasSize(10).doesNotHaveDuplicates();
    assertThat(fixture.events).filteredOn(RolloutEvent.Reattaching.class::isInstance).hasSize(3);
    assertThat(fixture.events)
        .filteredOn(
            event ->
                event instanceof RolloutEvent.HostTold told
                    && told.event().type().equals("run.started"))
        .hasSize(1);
  }

  @Test
  void hostThatStaysSilentEndsTheRolloutAndTheCommandIsSaidToGoOn() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.host(1).migration.losses = 1;
    fixture.host(1).migration.staysSilent = true;

    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));

    assertThat(outcome.ending()).isEqualTo(Ending.RELEASE_COMMAND_FAILED);
    assertUnchanged(fixture);
    HostOutcome.Failed failed = failure(outcome);
    assertThat(failed.error().message()).contains("stopped answering", "connection reset");
    assertThat(failed.error().state())
        .isEqualTo("the command goes on to its end on the host; no host was changed");
    assertThat(Objects.requireNonNull(outcome.release()).ended()).isFalse();
    assertThat(Objects.requireNonNull(outcome.release()).run()).isEqualTo(SimulatedRelease.RUN);
  }

  @Test
  void ctrlCLeavesTheCommandRunningAndTellsHowToReachIt() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostTold told
              && told.event() instanceof AnswerEvents.LogLine line
              && line.line().equals("row 4")) {
            fixture.interruption.request();
          }
        };

    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(outcome.exitCode()).isEqualTo(130);
    assertUnchanged(fixture);
    assertThat(outcome.hosts()).allMatch(HostOutcome.Untouched.class::isInstance);
    assertThat(outcome.notes())
        .anyMatch(
            note ->
                note.contains("goes on to its end on web-00001; no host was changed")
                    && note.contains(
                        "deployctl attach blog --hosts web-00001 --run " + SimulatedRelease.RUN));
    assertThat(lines(fixture)).hasSizeLessThan(6);
  }

  @Test
  void rolloutOfAnotherLaptopIsRefusedWhileTheCommandOfAKilledOneRuns() throws Exception {
    RolloutFixture fixture = fleet(1);
    fixture.host(1).migration.takes = Duration.ofHours(1);
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostTold told
              && told.event() instanceof AnswerEvents.LogLine) {
            fixture.interruption.request();
          }
        };
    assertThat(fixture.rollOut(settings("1", "1", 0)).exitCode()).isEqualTo(130);

    RolloutFixture next = fixture.afresh();
    RolloutOutcome outcome = next.rollOut(settings("1", "1", 0));

    assertThat(outcome.ending()).isEqualTo(Ending.LOCKED);
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(failure(outcome).error().message()).contains("release command of rollout r-");
    assertThat(fixture.host(1).migration.starts).isEqualTo(1);
    assertUnchanged(fixture);
  }

  @Test
  void newRolloutRunsTheCommandAgain() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.host(1).migration.exit = 1;
    assertThat(fixture.rollOut(settings("1", "1", 0)).exitCode()).isEqualTo(1);
    fixture.host(1).migration.exit = 0;

    assertThat(fixture.afresh().rollOut(settings("1", "1", 0)).exitCode()).isZero();

    assertThat(fixture.host(1).migration.starts).isEqualTo(2);
  }

  @Test
  void hostsThatRunTheImageAlreadyAreNotTheFirst() throws Exception {
    RolloutFixture fixture = fleet(3);
    fixture.host(1).serving = SimulatedFleet.WANTED;
    assertThat(fixture.rollOut(settings("1", "1", 0)).exitCode()).isZero();
    assertThat(fixture.host(1).migration.starts).isZero();
    assertThat(fixture.host(2).migration.starts + fixture.host(3).migration.starts).isEqualTo(1);
  }

  @Test
  void nothingRunsWhereTheImageIsLiveEverywhere() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.fleet.hosts.values().forEach(host -> host.serving = SimulatedFleet.WANTED);
    assertThat(fixture.rollOut(settings("1", "1", 0)).exitCode()).isZero();
    assertThat(fixture.fleet.hosts.values()).allMatch(host -> host.migration.starts == 0);
  }

  @Test
  void hostThatCannotPullLeavesTheCommandToTheNext() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.NO_ROOM, Behavior.GOOD, Behavior.GOOD);
    fixture.fleet.hosts.values().forEach(host -> host.migration.define());
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.DONE);
    assertThat(fixture.host(1).migration.starts).isZero();
    assertThat(fixture.fleet.hosts.values().stream().mapToInt(host -> host.migration.starts).sum())
        .isEqualTo(1);
  }

  @Test
  void hostThatDoesNotKnowTheVerbEndsTheRollout() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.host(1).migration.refusesVerb = true;
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.RELEASE_COMMAND_FAILED);
    assertThat(failure(outcome).error().is(HostErrorKind.USAGE)).isTrue();
    assertUnchanged(fixture);
  }

  @Test
  void hostThatDiesAfterThePreflightEndsTheRolloutBeforeTheCommand() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.fleet.hosts.values().forEach(host -> host.migration.define());
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.StageStarted stage
              && stage.stage() == RolloutEvent.Stage.RELEASE) {
            fixture.host(1).backAt = fixture.timeline.now().plus(Duration.ofDays(1));
          }
        };
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 1));
    assertThat(outcome.ending()).isEqualTo(Ending.RELEASE_COMMAND_FAILED);
    assertThat(failure(outcome).error().message()).contains("before the release command started");
    assertThat(fixture.host(1).migration.starts).isZero();
    assertThat(fixture.fleet.hosts.values()).allMatch(host -> host.begun == 0);
  }

  @Test
  void planNamesHostCommandDurationAndTheAnswerOfTheCheck() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.host(1).migration.definition =
        new HostValues.ReleaseCommand(SimulatedRelease.WORDS, List.of("bin/pending"), 12_000L);
    fixture.host(1).present = true;
    fixture.host(1).migration.checkExit = 0;
    ReleaseCommand command = Objects.requireNonNull(fixture.plan(settings("1", "1", 0)).release());
    assertThat(command.host().name()).isEqualTo("web-00001");
    assertThat(command.text()).isEqualTo("bin/rails db:migrate");
    assertThat(command.last()).isEqualTo(Duration.ofSeconds(12));
    assertThat(command.pending()).isFalse();
    fixture.host(1).migration.checkExit = 1;
    assertThat(Objects.requireNonNull(fixture.plan(settings("1", "1", 0)).release()).pending())
        .isTrue();
    assertThat(fixture.host(1).migration.starts).isZero();
  }

  @Test
  void checkIsNotRunWhereTheImageIsNotYet() throws Exception {
    RolloutFixture fixture = fleet(1);
    fixture.host(1).migration.definition =
        new HostValues.ReleaseCommand(SimulatedRelease.WORDS, List.of("bin/pending"), null);
    assertThat(Objects.requireNonNull(fixture.plan(settings("1", "1", 0)).release()).pending())
        .isNull();
    assertThat(fixture.host(1).migration.checks).isZero();
  }

  @Test
  void definitionsThatDifferAreNamed() throws Exception {
    RolloutFixture fixture = fleet(2);
    fixture.host(2).migration.definition = null;
    RolloutPlan plan = fixture.plan(settings("1", "1", 0));
    assertThat(plan.warnings()).anyMatch(warning -> warning.contains("differ in [release]"));
    assertThat(Objects.requireNonNull(plan.release()).hosts()).hasSize(1);
  }

  @Test
  void automaticRollbackSaysThatTheCommandIsNotUndone() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE, Behavior.GOOD);
    fixture.fleet.hosts.values().forEach(host -> host.migration.define());
    RolloutOutcome outcome =
        fixture.rollOut(RolloutFixture.with(settings("1", "1", 0), OnFailure.ROLLBACK, 0));
    assertThat(outcome.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(outcome.notes())
        .anyMatch(note -> note.contains("bin/rails db:migrate ran on web-00001 and is not undone"));
  }

  @Test
  void rollbackRunsNoCommandAndSaysSo() throws Exception {
    RolloutFixture fixture = fleet(2);
    RolloutOutcome done = fixture.rollOut(settings("1", "1", 0));
    int starts = fixture.host(1).migration.starts;
    RolloutFixture next = fixture.afresh();
    RolloutOutcome back = next.rollBack(done.id(), 4);
    assertThat(back.exitCode()).isZero();
    assertThat(fixture.host(1).migration.starts).isEqualTo(starts);
    assertThat(back.notes()).anyMatch(note -> note.contains("a rollback does not run"));
  }
}
