package dev.deployctl.rollout;

import dev.deployctl.event.HostValues;
import dev.deployctl.event.TransactionEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One host of the simulated fleet: its behavior, and its state. */
final class SimulatedHost {
  /** The answer to a deploy. */
  enum Behavior {
    GOOD,
    /** The new release is never healthy; the old one stays. */
    BROKEN_RELEASE,
    /**
     * The connection breaks during the deploy; the host finishes by itself and can be reached
     * again.
     */
    LOSES_CONNECTION,
    /**
     * The connection breaks during the deploy, and the host is never reached again; it finishes by
     * itself.
     */
    FALLS_SILENT,
    /**
     * The connection breaks during the deploy, and for a minute none can be made; then the host's
     * journal reports success.
     */
    COMES_BACK,
    /** As {@link #COMES_BACK}, but the journal reports that the release failed. */
    COMES_BACK_UNCHANGED,
    /** No connection can be made. */
    DEAD,
    /** Answers the preflight, then no connection can be made. */
    DIES_AFTER_PREFLIGHT,
    /** Refuses to pull. */
    NO_ROOM,
    /** The call of the deploy is lost, so it never begins. */
    LOST_BEFORE_BEGIN
  }

  final Behavior behavior;
  String serving = "sha256:" + "0".repeat(64);
  @Nullable String servingRollout;
  @Nullable String previous;
  @Nullable Long lastMs;

  /** What it reports of its switch; null where it reports nothing. */
  TransactionEvents.@Nullable Receipt receipt;

  /** The warnings of its preflight. */
  List<String> warnings = List.of();

  @Nullable String id;

  /** The source of the image that is rolled out, and of the live one. */
  HostValues.@Nullable ImageLabels labels;

  HostValues.@Nullable ImageLabels servingLabels;

  /** Its release command. */
  final SimulatedRelease migration = new SimulatedRelease();

  @Nullable String lock;
  @Nullable String foreignLock;
  @Nullable String lockSince;

  /** The time by which its clock is ahead. */
  Duration ahead = Duration.ZERO;

  /** The time at which its rollout was committed, by a correct clock; null for a fixed time. */
  @Nullable Instant committed;

  @Nullable Instant lockUntil;

  /** Its script is too old to renew a lock without taking it. */
  boolean oldScript;

  /** The number of failed requests among a thousand to the release. */
  long errors;

  long p95 = 100;

  /** The reason why its log has no requests; null where it has them. */
  @Nullable String trafficUnknown;

  /** Whether a query of its traffic fails. */
  boolean trafficSilent;

  /** Succeeds, and then no connection can be made any more. */
  boolean diesAfterDeploy;

  /** The time that a preflight takes. */
  Duration slow = Duration.ZERO;

  /** The number of container exits since the deploy. */
  int restarts;

  int begun;
  int undone;
  int calls;
  int pulls;

  /** The digest to which the tag resolves on this host. */
  String resolved = SimulatedFleet.WANTED;

  /** The id of the release that it makes. */
  String newRelease = "20261123-030405-3f9ac1";

  /** The rollout whose release it holds; null without one. */
  @Nullable String held;

  int promoted;
  int abandoned;

  /** Whether it refuses to abandon what it holds. */
  boolean keepsHeld;

  /** Whether it has the image from an earlier attempt. */
  boolean present;

  @Nullable Instant backAt;
  @Nullable String transaction;

  SimulatedHost(Behavior behavior) {
    this.behavior = behavior;
  }
}
