package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.fleet.HostReply;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** The replies and events of a simulated host in its present state. */
final class SimulatedReplies {
  private SimulatedReplies() {}

  static HostReply preflight(SimulatedHost it) {
    if (it.foreignLock != null || it.lock != null) {
      return refused(75, "locked", "bob holds the app since 03:00");
    }
    HostValues.Serving serving =
        new HostValues.Serving(
            "20261120-101500-77aa02", it.serving, "v1", null, null, it.servingRollout, null, true);
    return new HostReply(
        0,
        new AnswerEvents.PreflightFinished(
            1,
            true,
            0,
            it.resolved,
            "v2",
            it.present,
            serving,
            null,
            null,
            "0.2.0",
            1,
            it.lastMs,
            it.migration.definition,
            it.warnings,
            it.id,
            null,
            it.present ? it.labels : null,
            it.servingLabels,
            OtherFields.NONE),
        "");
  }

  static HostReply status(SimulatedHost it, Instant now, Consumer<HostEvent> events) {
    HostValues.Serving serving =
        new HostValues.Serving(
            null,
            it.serving,
            null,
            since(it),
            "alice",
            it.servingRollout == null ? "r-seed" : it.servingRollout,
            "deploy",
            true);
    HostEvent event =
        new AnswerEvents.Status(
            1,
            "blog",
            "ok",
            serving,
            null,
            0,
            "socket",
            null,
            List.of(),
            null,
            List.of(),
            List.of(),
            List.of(),
            null,
            new HostValues.Instances(1, 1, it.restarts, null),
            OtherFields.NONE);
    events.accept(event);
    HostEvent last =
        new AnswerEvents.Finished(2, "status.finished", HostClock.text(now.plus(it.ahead)));
    events.accept(last);
    return new HostReply(0, last, "");
  }

  private static String since(SimulatedHost it) {
    Instant committed = it.committed;
    if (committed != null) {
      return HostClock.text(committed.plus(it.ahead));
    }
    return it.servingRollout == null ? "2026-11-20T00:00:00.000Z" : "2026-11-23T03:00:00.000Z";
  }

  static TransactionEvents.DeployFinished finished(SimulatedHost it, boolean good) {
    return new TransactionEvents.DeployFinished(
        3,
        "deploy",
        good ? "succeeded" : "failed",
        good ? 0 : 73,
        good ? it.newRelease : "20261120-101500-77aa02",
        null,
        null,
        good,
        9000,
        good ? null : new HostError("release-failed", "never healthy in 60 s", null, null, null),
        OtherFields.NONE);
  }

  static HostReply traffic(SimulatedHost it, Consumer<HostEvent> events) {
    if (it.trafficSilent) {
      return new HostReply(0, null, "");
    }
    String unknown = it.trafficUnknown;
    if (unknown != null) {
      HostEvent event = new AnswerEvents.Traffic(1, null, null, unknown);
      events.accept(event);
      return new HostReply(0, event, "");
    }
    HostEvent event =
        new AnswerEvents.Traffic(
            1,
            new HostValues.Requests(1_000, it.errors, 20, it.p95, 60),
            new HostValues.Requests(1_000, 1, 20, 100, 60),
            null);
    events.accept(event);
    return new HostReply(0, event, "");
  }

  static HostReply refused(int exit, String kind, String message) {
    return new HostReply(
        exit,
        new AnswerEvents.Refused(1, exit, new HostError(kind, message, null, null, null)),
        "");
  }
}
