package dev.deployctl.output;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.EnvChange;
import dev.deployctl.event.EventReader;
import dev.deployctl.event.HoldEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.LockEvents;
import dev.deployctl.event.LockHolder;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutEvent.Stage;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One event of each kind, and one outcome of each kind, of a rollout that fails. */
final class EveryEvent {
  private EveryEvent() {}

  static List<HostEvent> ofHosts() {
    HostError error = Fixtures.neverHealthy();
    HostValues.Serving serving =
        new HostValues.Serving(
            Fixtures.ID_1,
            Fixtures.DIGEST_1,
            "v1",
            "2026-11-20T10:15:00.000Z",
            "alice",
            "r-old1",
            "deploy",
            true,
            null);
    LockHolder lock =
        new LockHolder(
            "alice",
            "2026-11-23T03:04:05.000Z",
            "rollout by alice@laptop",
            "health",
            "r-7k2m",
            "l-7k2m",
            null);
    HostValues.Applied applied =
        new HostValues.Applied(
            "0".repeat(64),
            "1a2b3c4d5e6f".repeat(4).substring(0, 40),
            false,
            "2026-11-20T10:15:00.000Z",
            "alice@laptop",
            List.of("apps/blog.conf"));
    return List.of(
        new TransactionEvents.DeployStarted(
            1,
            "deploy",
            "r-7k2m",
            Fixtures.ID_2,
            Fixtures.DIGEST_2,
            "v2",
            "alice",
            Fixtures.ID_1,
            OtherFields.NONE),
        new TransactionEvents.EnvRead(
            2, "etcd", 4711L, List.of("A", "B"), "ab12", OtherFields.NONE),
        new TransactionEvents.ImageResolved(3, "v2", Fixtures.DIGEST_2, OtherFields.NONE),
        new TransactionEvents.ImageSource(
            3, new HostValues.ImageLabels("1f0c9d2e7a3b", null, "1.4.0", null), OtherFields.NONE),
        new TransactionEvents.StepStarted(4, "health"),
        new TransactionEvents.ContainerStarted(
            5, "worker", 1, "0123456789ab", "blog-1", OtherFields.NONE),
        new TransactionEvents.HealthProbe(6, 1, false, "connect: no such socket yet", 2),
        new TransactionEvents.StepFinished(7, "health", 3200, OtherFields.NONE),
        new TransactionEvents.StepFailed(8, "health", 60_000, error, OtherFields.NONE),
        new TransactionEvents.Switched(9, "socket", false, OtherFields.NONE),
        new TransactionEvents.DrainProgress(10, 3, 2100),
        new TransactionEvents.DrainFinished(11, 2, 60_000, OtherFields.NONE),
        new TransactionEvents.Receipt(
            11, 12_345L, 2L, new HostValues.RequestCount(11_900, 1), 2, null, OtherFields.NONE),
        new TransactionEvents.ProcessRetiring(
            12,
            "worker",
            1,
            "0123456789ab",
            Fixtures.ID_1,
            "2026-11-23T03:14:05.000Z",
            OtherFields.NONE),
        new TransactionEvents.Warning(
            12, "stop-timeout", "the old container had to be killed", OtherFields.NONE),
        new TransactionEvents.DeployFinished(
            13,
            "deploy",
            "failed",
            73,
            Fixtures.ID_1,
            Fixtures.DIGEST_1,
            "v1",
            false,
            62_000,
            error,
            OtherFields.NONE),
        new HoldEvents.ReleaseHeld(
            14,
            Fixtures.ID_2,
            Fixtures.DIGEST_2,
            "v2",
            "r-7k2m",
            "2026-11-23T04:04:05.000Z",
            Fixtures.preview(),
            OtherFields.NONE),
        new AnswerEvents.Refused(1, 75, new HostError("locked", "held by bob", null, null, null)),
        new AnswerEvents.Version(1, "0.1.0", 1),
        new AnswerEvents.Check(
            1, "disk", false, "900 MiB free, 1 GiB wanted", "prune", "disk-full", OtherFields.NONE),
        new AnswerEvents.PreflightFinished(
            2,
            true,
            0,
            Fixtures.DIGEST_2,
            "v2",
            false,
            serving,
            new EnvChange(List.of("A"), List.of(), List.of("B")),
            lock,
            "0.1.0",
            1,
            9100L,
            new HostValues.ReleaseCommand(List.of("bin/migrate"), List.of("bin/pending"), 12_000L),
            List.of("env: TOKEN ends in a blank"),
            "5f0c3d8e91b2a674",
            Fixtures.held(),
            null,
            new HostValues.ImageLabels("1f0c9d2e7a3b", null, null, "2026-11-20T10:00:00Z"),
            true,
            OtherFields.NONE),
        new AnswerEvents.PullFinished(
            1, Fixtures.DIGEST_2, "v2", false, 812, "succeeded", 0, null, null, OtherFields.NONE),
        new AnswerEvents.Status(
            1,
            "blog",
            "ok",
            serving,
            null,
            14,
            "socket",
            lock,
            List.of("vhost differs"),
            null,
            List.of(
                new OneOffCommand(
                    "bob",
                    "2026-11-23T03:04:00.000Z",
                    List.of("bin/migrate"),
                    "3f2a9c1b7d04",
                    Fixtures.ID_2,
                    null,
                    List.of(),
                    "3f2a9c1b7d04",
                    null,
                    "release",
                    "r-7k2m",
                    null,
                    null,
                    null)),
            List.of(
                new HostValues.ProcessInstances(
                    "worker", 1, 2, 0, null, new HostValues.Memory(536_870_912, 104_857_600))),
            List.of(
                new HostValues.RetiringInstance(
                    "worker",
                    2,
                    Fixtures.ID_1,
                    "0123456789ab",
                    "2026-11-23T03:04:05.000Z",
                    "2026-11-23T03:14:05.000Z",
                    false)),
            applied,
            null,
            null,
            null,
            new HostValues.Instances(2, 2, 1, "2026-11-23T03:05:06.000Z"),
            OtherFields.NONE),
        new AnswerEvents.HistoryEntry(
            1,
            "2026-11-23T03:04:05.000Z",
            "blog",
            "alice",
            "10.0.0.9",
            "deploy",
            "r-7k2m",
            Fixtures.ID_2,
            Fixtures.DIGEST_2,
            "v2",
            Fixtures.ID_1,
            "succeeded",
            9120,
            null,
            null,
            List.of(new HostValues.RetiredInstance("worker", 2, 0, false, 61_000)),
            new HostValues.SwitchReceipt(
                12_345L, 2L, new HostValues.RequestCount(11_900, 1), 2, null),
            null,
            OtherFields.NONE),
        new AnswerEvents.LogLine(
            1, "2026-11-23T03:04:05.000Z", 1, Fixtures.ID_2, "stderr", "\u001b[31mboom"),
        new LockEvents.LockTaken(1, "l-7k2m", "alice", "2026-11-23T03:04:05.000Z", null),
        new LockEvents.LockReleased(1, "l-7k2m"),
        OneOffFixtures.started(),
        OneOffFixtures.finished(),
        OneOffFixtures.schedule(),
        InspectionFixtures.traffic(),
        InspectionFixtures.entry(),
        InspectionFixtures.missing(),
        InspectionFixtures.capacity(),
        OperatorFixtures.definition(),
        BalancerFixtures.progress(),
        BalancerFixtures.drained(true),
        BalancerFixtures.undrained(),
        OperatorFixtures.applyFile(),
        OperatorFixtures.applyFinished(applied),
        OperatorFixtures.envName(),
        OperatorFixtures.envListed(),
        OperatorFixtures.envEdited(),
        unknown(
            "{'seq':1,'type':'prune.finished','app':'blog','releases':['20261120-101500-77aa02'],"
                + "'images':[],'containers':1,'transactions':4}"),
        unknown(
            "{'seq':1,'type':'converge.app','app':'blog','outcome':'unchanged','desired':'"
                + Fixtures.DIGEST_2
                + "','tag':'v2','source':'etcd','rollout':null,"
                + "'serving':'20261123-030405-3f9ac1','error':null}"),
        unknown("{'seq':2,'type':'converge.finished','apps':1,'changed':0,'failed':0,'exit':0}"),
        unknown("{'seq':1,'type':'help','text':'deployctl-host VERB'}"),
        new AnswerEvents.Recovered(
            1, "blog", "r-7k2m", "failed", "the worker had died", OtherFields.NONE),
        new AnswerEvents.Traffic(1, new HostValues.Requests(9000, 1, 4L, 21L, 60), null, null),
        new AnswerEvents.Finished(2, "status.finished", null),
        unknown("{'seq':3,'type':'weather','sky':'blue'}"));
  }

  /** Reads an event that has no record here. */
  private static HostEvent unknown(String line) {
    return new EventReader().read(line.replace('\'', '"')).orElseThrow();
  }

  static List<HostOutcome> outcomes() {
    List<Host> hosts = Fixtures.hosts(9);
    Host holder = Fixtures.hosts(11).getLast();
    HostError docker =
        new HostError(
            "unavailable",
            "Docker does not answer",
            "v2 is live on this host",
            "systemctl status docker",
            null);
    return List.of(
        new HostOutcome.Updated(
            hosts.get(0),
            Fixtures.V1,
            Fixtures.V2,
            Duration.ofMillis(9120),
            3,
            List.of("the old container had to be killed"),
            new Receipt(1204, 2, 1187L, 1L, 3, null)),
        new HostOutcome.Skipped(hosts.get(1), Fixtures.V2),
        Fixtures.failed(hosts.get(2)),
        new HostOutcome.Failed(
            hosts.get(3),
            Fixtures.V2,
            Fixtures.V2,
            new Step("commit"),
            docker,
            true,
            Duration.ofSeconds(3)),
        new HostOutcome.Unreachable(hosts.get(4), null, "connection timed out", "ssh web-a3"),
        new HostOutcome.Unknown(
            hosts.get(5), Fixtures.V1, new Step("switch"), "no answer for 3 minutes"),
        Fixtures.untouched(hosts.get(6)),
        new HostOutcome.RolledBack(hosts.get(7), Fixtures.V2, Fixtures.V1, Duration.ofSeconds(2)),
        new HostOutcome.RollbackFailed(hosts.get(8), Fixtures.V2, docker),
        new HostOutcome.Terminated(Fixtures.hosts(10).getLast(), Fixtures.V1, "no route to host"),
        Fixtures.held(holder));
  }

  static List<RolloutEvent> ofRollouts() {
    RolloutPlan plan = Fixtures.plan(3);
    Host host = plan.hosts().get(0);
    List<RolloutEvent> events = new ArrayList<>();
    events.add(new RolloutEvent.StageStarted(Stage.PREFLIGHT, 3));
    events.add(new RolloutEvent.StageProgress(Stage.PREFLIGHT, host, true, "v1 is live"));
    events.add(new RolloutEvent.StageProgress(Stage.PREFLIGHT, host, false, "no sudo rule"));
    events.add(new RolloutEvent.StageFinished(Stage.PREFLIGHT, 2, 3, Duration.ofMillis(700)));
    events.add(new RolloutEvent.Planned(plan));
    events.add(
        new RolloutEvent.SourceKnown(
            new SourceChange("https://github.com/acme/blog", "1f0c9d2", "a3b4c5d", null, null)));
    events.add(new RolloutEvent.BatchStarted(1, 3, plan.batches().get(0).hosts(), true));
    events.add(new RolloutEvent.HostStarted(host));
    ofHosts().forEach(event -> events.add(new RolloutEvent.HostTold(host, event)));
    events.add(new RolloutEvent.Reattaching(host, 2, "connection reset"));
    outcomes().forEach(outcome -> events.add(new RolloutEvent.HostFinished(outcome)));
    events.add(new RolloutEvent.BatchFinished(1, 3, 1, 1));
    events.add(new RolloutEvent.Paused(Duration.ofSeconds(10), "pause between batches"));
    events.add(new RolloutEvent.GateStarted("smoke test", "command", "canary"));
    events.add(new RolloutEvent.GateTold("smoke test", "\u001b[31mHTTP 500 on /login"));
    events.add(
        new RolloutEvent.GateFinished(
            new GateResult(
                "smoke test",
                "command",
                "canary",
                false,
                "bin/smoke ended with exit code 1: HTTP 500 on /login",
                Duration.ofMillis(2300))));
    events.add(new RolloutEvent.BudgetSpent(2, 1));
    events.add(new RolloutEvent.Interrupted(1));
    events.add(new RolloutEvent.Note("the lock on web-c1 ran out"));
    RolloutOutcome outcome = Fixtures.outcome(Ending.OVER_BUDGET, Fixtures.V2, outcomes());
    events.add(new RolloutEvent.Finished(outcome));
    return events;
  }
}
