package dev.deployctl.rollout.outcome;

import dev.deployctl.event.HostError;
import dev.deployctl.model.Host;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came of one host. The host's own word wherever it could be had, never the connection's. */
public sealed interface HostOutcome {
  Host host();

  /** The release that serves on this host now, as far as anyone knows. */
  @Nullable Release serving();

  /** Whether this rollout changed what the host serves. */
  default boolean changed() {
    return false;
  }

  /** Whether it counts against the failure budget. */
  default boolean failure() {
    return false;
  }

  /** The new release serves. */
  record Updated(
      Host host,
      @Nullable Release before,
      Release serving,
      Duration took,
      int cutConnections,
      List<String> warnings)
      implements HostOutcome {
    public Updated {
      Objects.requireNonNull(host);
      warnings = List.copyOf(warnings);
    }

    @Override
    public boolean changed() {
      return true;
    }
  }

  /** It ran the wanted digest already, and well. */
  record Skipped(Host host, @Nullable Release serving) implements HostOutcome {}

  /**
   * The host says that it failed.
   *
   * @param changed true when traffic has moved to the new release all the same (a failure after the
   *     commit)
   */
  record Failed(
      Host host,
      @Nullable Release serving,
      @Nullable Release tried,
      @Nullable String step,
      HostError error,
      boolean changed,
      Duration took)
      implements HostOutcome {
    @Override
    public boolean failure() {
      return true;
    }
  }

  /** No connection could be made; nothing was started there. */
  record Unreachable(Host host, @Nullable Release serving, String reason, @Nullable String hint)
      implements HostOutcome {
    @Override
    public boolean failure() {
      return true;
    }
  }

  /**
   * It was begun and then went silent; the host finishes or undoes it by itself, and its journal
   * will tell.
   */
  record Unknown(Host host, @Nullable Release before, @Nullable String step, String reason)
      implements HostOutcome {
    @Override
    public @Nullable Release serving() {
      return null;
    }

    @Override
    public boolean failure() {
      return true;
    }
  }

  /**
   * It does not answer, and the inventory does not list it any more: it was terminated, and there
   * is nothing left to fail.
   *
   * @param before what it ran
   */
  record Gone(Host host, @Nullable Release before, String reason) implements HostOutcome {
    @Override
    public @Nullable Release serving() {
      return null;
    }
  }

  /** The rollout ended before its turn. */
  record Untouched(Host host, @Nullable Release serving) implements HostOutcome {}

  /** It was changed, and taken back. */
  record RolledBack(
      Host host, @Nullable Release abandoned, @Nullable Release serving, Duration took)
      implements HostOutcome {}

  /** It was changed, and taking it back failed: it needs a person. */
  record RollbackFailed(Host host, @Nullable Release serving, HostError error)
      implements HostOutcome {
    @Override
    public boolean changed() {
      return true;
    }

    @Override
    public boolean failure() {
      return true;
    }
  }
}
