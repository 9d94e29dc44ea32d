package dev.deployctl.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One host of the simulated fleet: how it behaves, and what it went through. */
final class SimulatedHost {
  /** How it answers a deploy. */
  enum Behavior {
    GOOD,
    /** The new release is never healthy; the old one stays. */
    BROKEN_RELEASE,
    /**
     * The connection breaks off in the middle; the host finishes by itself and can be reached
     * again.
     */
    LOSES_CONNECTION,
    /**
     * The connection breaks off in the middle, and the host is never reached again; it finishes all
     * the same.
     */
    FALLS_SILENT,
    /**
     * The connection breaks off in the middle, and for a minute none can be made; then the host's
     * journal tells that it went well.
     */
    COMES_BACK,
    /** As {@link #COMES_BACK}, and what the journal tells is that the release failed. */
    COMES_BACK_UNCHANGED,
    /** No connection at all from the first moment on. */
    DEAD,
    /** Answers the preflight, then no connection can be made. */
    DIES_AFTER_PREFLIGHT,
    /** Refuses to pull. */
    NO_ROOM,
    /** The first word of a deploy is lost: it was never begun. */
    LOST_BEFORE_BEGIN
  }

  final Behavior behavior;
  String serving = "sha256:" + "0".repeat(64);
  @Nullable String servingRollout;
  @Nullable String previous;
  @Nullable Long lastMs;

  /** Of its preflight. */
  List<String> warnings = List.of();

  @Nullable String id;

  /** Its release command. */
  final SimulatedRelease migration = new SimulatedRelease();

  @Nullable String lock;
  @Nullable String foreignLock;
  @Nullable String lockSince;

  /** How far its clock is ahead. */
  Duration ahead = Duration.ZERO;

  /** When its rollout was committed, by the right time; null for a fixed time. */
  @Nullable Instant committed;

  @Nullable Instant lockUntil;

  /** Its script is too old to renew a lock without taking it. */
  boolean oldScript;

  /** Of a thousand requests since the release serves. */
  long errors;

  long p95 = 100;

  /** Why its log does not tell of requests; null where it does. */
  @Nullable String trafficUnknown;

  /** Whether it gives no answer when it is asked for its traffic. */
  boolean trafficSilent;

  /** Succeeds, and then no connection can be made any more. */
  boolean diesAfterDeploy;

  /** How long it takes to answer a preflight. */
  java.time.Duration slow = java.time.Duration.ZERO;

  /** How often its containers ended since. */
  int restarts;

  int begun;
  int undone;
  int calls;
  int pulls;

  /** The digest that the tag resolves to on this host. */
  String resolved = SimulatedFleet.WANTED;

  /** The id of the release that it makes. */
  String newRelease = "20261123-030405-3f9ac1";

  /** Whether it has that image from an earlier try. */
  boolean present;

  @Nullable Instant backAt;
  @Nullable String transaction;

  SimulatedHost(Behavior behavior) {
    this.behavior = behavior;
  }
}
