package dev.deployctl.output.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.StatusFixture;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.model.OnFailure;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tables of an application with workers, schedules and a release command. */
class ApplicationTablesTest {
  private static final String RUN = "5f0c1d2e3a4b";
  private final List<Host> hosts = Fixtures.hosts(3);

  @Test
  void statusHasARowForEachProcessAndNamesWorkersThatFinish() {
    List<HostResult> fleet =
        List.of(
            new HostResult.Answered(
                hosts.get(0),
                List.of(
                    status(
                        List.of(process("worker", 2, 2, 0), process("mailer", 0, 1, 4)),
                        List.of(
                            new HostValues.RetiringInstance(
                                "worker",
                                1,
                                Fixtures.ID_1,
                                "0123456789ab",
                                "2026-11-23T03:04:05.000Z",
                                "2026-11-23T03:14:05.000Z",
                                false)),
                        List.of(
                            one("schedule", "nightly", null), one("console", null, "case 4711"))))),
            new HostResult.Answered(
                hosts.get(1), List.of(status(List.of(), List.of(), List.of()))));
    Golden.everyLook("status-processes", (out, t) -> new StatusTable(out, t).print(fleet));
    String narrow = Golden.print((out, t) -> new StatusTable(out, t).print(fleet), Golden.ASCII_80);
    assertThat(narrow.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void historyNamesTheKindOfCommandsAndHowOldWorkersEnded() {
    AnswerEvents.HistoryEntry deploy =
        entry(
            "deploy",
            "r-aaaa",
            null,
            List.of(
                new HostValues.RetiredInstance("worker", 1, 0, false, 61_000),
                new HostValues.RetiredInstance("worker", 2, 137, true, 600_000)));
    List<HostResult> fleet =
        List.of(
            new HostResult.Answered(
                hosts.get(0),
                List.of(
                    deploy,
                    entry("run", null, one("release", null, null), List.of()),
                    entry("run", null, one("schedule", "nightly", null), List.of()))),
            new HostResult.Answered(hosts.get(1), List.of(deploy)));
    Golden.everyLook("history-kinds", (out, t) -> new HistoryTable(out, t).print(fleet));
  }

  @Test
  void schedulesTellWhenTheyAreDueAndHowTheyEnded() {
    HostValues.ScheduledRun failed =
        new HostValues.ScheduledRun(
            "2026-11-23T03:00:01.000Z",
            "2026-11-23T03:00:00.000Z",
            RUN,
            Fixtures.ID_2,
            "failed",
            3,
            61_000L,
            null);
    List<HostResult> fleet =
        List.of(
            new HostResult.Answered(
                hosts.get(0),
                List.of(
                    schedule("nightly", true, "2026-11-24T03:00:00.000Z", failed, List.of(), null),
                    schedule(
                        "hourly",
                        true,
                        null,
                        null,
                        List.of(
                            new HostValues.SkippedRun(
                                "2026-11-23T02:00:00.000Z",
                                "2026-11-23T02:00:00.000Z",
                                "overlap",
                                "an earlier run has not ended")),
                        "the timer is stopped"))),
            new HostResult.Answered(
                hosts.get(1), List.of(schedule("nightly", false, null, null, List.of(), null))),
            new HostResult.Unreachable(hosts.get(2), "connection refused", null, false));
    Golden.everyLook("schedules", (out, t) -> new SchedulesTable(out, t).print(fleet));
  }

  @Test
  void planNamesTheReleaseCommand() {
    RolloutPlan plan =
        Fixtures.plan(
            Fixtures.plan(3).batches(), Fixtures.serving(hosts, Fixtures.V1), OnFailure.STOP);
    ReleaseCommand command =
        new ReleaseCommand(
            hosts,
            List.of("bin/rails", "db:migrate"),
            List.of("bin/pending"),
            Duration.ofSeconds(12),
            true);
    Golden.everyLook(
        "plan-release",
        (out, t) -> new PlanPrinter(out, t).print(plan.with(command, List.of()), null));
    assertThat(print(plan.with(command.checked(false), List.of())))
        .contains("its check finds nothing to do");
    ReleaseCommand unchecked =
        new ReleaseCommand(hosts, command.words(), command.check(), null, null);
    assertThat(print(plan.with(unchecked, List.of())))
        .contains("not checked: the image is not on that host yet")
        .doesNotContain("last time");
  }

  private static String print(RolloutPlan plan) {
    return Golden.print((out, t) -> new PlanPrinter(out, t).print(plan, null), Terminal.plain(true))
        .replaceAll("\\s+", " ");
  }

  // javac leaves the annotation of a nested type out of the parameters of a compact constructor.
  @SuppressWarnings("NullAway")
  private static OneOffEvents.Schedule schedule(
      String name,
      boolean here,
      @Nullable String next,
      HostValues.@Nullable ScheduledRun last,
      List<HostValues.SkippedRun> skipped,
      @Nullable String problem) {
    return new OneOffEvents.Schedule(
        1,
        "blog",
        name,
        "*-*-* 03:00:00",
        "Asia/Tokyo",
        List.of("bin/rake", name),
        "one",
        here,
        next,
        last,
        skipped,
        problem,
        OtherFields.NONE);
  }

  private static HostValues.ProcessInstances process(
      String name, int running, int wanted, int restarts) {
    return new HostValues.ProcessInstances(
        name, running, wanted, restarts, restarts == 0 ? null : "2026-11-23T03:05:06.000Z", null);
  }

  private static AnswerEvents.Status status(
      List<HostValues.ProcessInstances> processes,
      List<HostValues.RetiringInstance> retiring,
      List<OneOffCommand> runs) {
    HostValues.Serving serving =
        new HostValues.Serving(
            Fixtures.ID_2,
            Fixtures.DIGEST_2,
            "v2",
            "2026-11-23T03:04:14.000Z",
            "alice",
            "r-7k2m",
            "deploy",
            true,
            null);
    return new StatusFixture("blog", "ok", new HostValues.Instances(2, 2, 0, null))
        .serving(serving)
        .connections(14)
        .runs(runs)
        .processes(processes)
        .retiring(retiring)
        .freeze(
            new HostValues.DeployFreeze(
                "freeze", "christmas", "nobody is here", "2027-01-02T05:00:00Z"))
        .build();
  }

  private static OneOffCommand one(
      String kind, @Nullable String schedule, @Nullable String reason) {
    String id = kind.equals("release") ? "5f0c1d2e3a4c" : RUN;
    return new OneOffCommand(
        "alice",
        "2026-11-23T03:00:00.000Z",
        List.of("bin/rails", "task"),
        "3f2a9c1b7d04",
        Fixtures.ID_1,
        0,
        List.of(),
        id,
        id,
        kind,
        "r-7k2m",
        schedule,
        reason,
        null);
  }

  private static AnswerEvents.HistoryEntry entry(
      String verb,
      @Nullable String rollout,
      @Nullable OneOffCommand run,
      List<HostValues.RetiredInstance> retired) {
    return new AnswerEvents.HistoryEntry(
        1,
        "2026-11-23T03:04:05.000Z",
        "blog",
        "alice",
        "10.0.0.9",
        verb,
        rollout,
        Fixtures.ID_2,
        Fixtures.DIGEST_2,
        "v2",
        null,
        "succeeded",
        9120,
        null,
        run,
        retired,
        verb.equals("run")
            ? null
            : new HostValues.SwitchReceipt(812L, 3L, new HostValues.RequestCount(790, 0), 0, null),
        null,
        OtherFields.NONE);
  }
}
