package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HoldEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.StatusFixture;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.fleet.HostReply;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The replies and events of a simulated host in its present state. */
final class SimulatedReplies {
  private static final String HELD_UNTIL = "2026-11-23T04:00:00.000Z";

  private SimulatedReplies() {}

  static HostReply preflight(SimulatedHost it) {
    if (it.foreignLock != null || it.lock != null) {
      return refused(75, "locked", "bob holds the app since 03:00");
    }
    HostValues.Serving serving =
        new HostValues.Serving(
            "20261120-101500-77aa02",
            it.serving,
            "v1",
            null,
            null,
            it.servingRollout,
            null,
            true,
            null);
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
            held(it),
            it.present ? it.labels : null,
            it.servingLabels,
            true,
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
            true,
            null);
    HostEvent event =
        new StatusFixture("blog", "ok", new HostValues.Instances(1, 1, it.restarts, null))
            .serving(serving)
            .held(held(it))
            .build();
    events.accept(event);
    HostEvent last =
        new AnswerEvents.Finished(2, "status.finished", HostClock.text(now.plus(it.ahead)));
    events.accept(last);
    return new HostReply(0, last, "");
  }

  private static @Nullable HeldRelease held(SimulatedHost it) {
    String rollout = it.held;
    return rollout == null
        ? null
        : new HeldRelease(
            it.newRelease, SimulatedFleet.WANTED, "v2", rollout, null, HELD_UNTIL, "alice");
  }

  /** The events of a deploy that ends without a switch. */
  static HostEvent holds(SimulatedHost it, Consumer<HostEvent> events) {
    events.accept(
        new HoldEvents.ReleaseHeld(
            3,
            it.newRelease,
            SimulatedFleet.WANTED,
            "v2",
            it.held,
            HELD_UNTIL,
            null,
            OtherFields.NONE));
    return new TransactionEvents.DeployFinished(
        4,
        "deploy",
        "held",
        0,
        "20261120-101500-77aa02",
        it.serving,
        "v1",
        false,
        9000,
        null,
        it.newRelease,
        OtherFields.NONE);
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

  static HostReply ended(SimulatedHost it, boolean good, Consumer<HostEvent> events) {
    HostEvent last = it.held != null ? holds(it, events) : finished(it, good);
    events.accept(last);
    return new HostReply(good ? 0 : 73, last, "");
  }

  static HostReply history() {
    return new HostReply(0, new AnswerEvents.Finished(1, "history.finished", null), "");
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
            new HostValues.Requests(1_000, it.errors, 20L, it.p95, 60),
            new HostValues.Requests(1_000, 1, 20L, 100L, 60),
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
