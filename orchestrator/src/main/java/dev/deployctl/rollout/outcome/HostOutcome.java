package dev.deployctl.rollout.outcome;

import dev.deployctl.event.HostError;
import dev.deployctl.event.Preview;
import dev.deployctl.model.Host;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a rollout on one host, as reported by the host itself wherever it could be asked,
 * never inferred from the SSH connection.
 */
public sealed interface HostOutcome {
  Host host();

  /** Returns the release that is live on this host now; null where that is not known. */
  @Nullable Release serving();

  /** Returns whether this rollout changed the live release. */
  default boolean changed() {
    return false;
  }

  OutcomeKind kind();

  /** Returns whether it counts against the failure budget. */
  default boolean failure() {
    return kind().isFailure();
  }

  /**
   * The new release is live.
   *
   * @param receipt what users felt of the switch; null where the host did not report it
   */
  record Updated(
      Host host,
      @Nullable Release before,
      Release serving,
      Duration took,
      int cutConnections,
      List<String> warnings,
      @Nullable Receipt receipt)
      implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.UPDATED;
    }

    public Updated {
      Objects.requireNonNull(host);
      warnings = List.copyOf(warnings);
    }

    @Override
    public boolean changed() {
      return true;
    }
  }

  /**
   * The new release runs beside the live one and gets no requests.
   *
   * @param held the new release
   * @param until when the host abandons it by itself; null where it did not say
   * @param preview the way to reach it; null where the app's virtual host has none
   */
  record Held(
      Host host,
      @Nullable Release serving,
      Release held,
      @Nullable String until,
      @Nullable Preview preview,
      Duration took,
      List<String> warnings)
      implements HostOutcome {
    public Held {
      warnings = List.copyOf(warnings);
    }

    @Override
    public OutcomeKind kind() {
      return OutcomeKind.HELD;
    }

    /** Returns the same without the secret of the preview. */
    public Held withoutToken() {
      Preview safe = preview == null ? null : preview.withToken("");
      return new Held(host, serving, held, until, safe, took, warnings);
    }
  }

  /** It ran the wanted digest already, and is healthy. */
  record Skipped(Host host, @Nullable Release serving) implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.SKIPPED;
    }
  }

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
      @Nullable Step step,
      HostError error,
      boolean changed,
      Duration took)
      implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.FAILED;
    }
  }

  /** No connection could be made; nothing was started there. */
  record Unreachable(Host host, @Nullable Release serving, String reason, @Nullable String hint)
      implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.UNREACHABLE;
    }
  }

  /**
   * It was started and then stopped answering; the host finishes or undoes it by itself and records
   * the result.
   */
  record Unknown(Host host, @Nullable Release before, @Nullable Step step, String reason)
      implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.UNKNOWN;
    }

    @Override
    public @Nullable Release serving() {
      return null;
    }
  }

  /**
   * It does not answer, and the inventory does not list it any more: it was terminated, which is no
   * failure.
   *
   * @param before what it ran
   */
  record Terminated(Host host, @Nullable Release before, String reason) implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.TERMINATED;
    }

    @Override
    public @Nullable Release serving() {
      return null;
    }
  }

  /** The rollout ended before this host was changed. */
  record Untouched(Host host, @Nullable Release serving) implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.UNTOUCHED;
    }
  }

  /** It was changed, and rolled back. */
  record RolledBack(
      Host host, @Nullable Release abandoned, @Nullable Release serving, Duration took)
      implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.ROLLED_BACK;
    }
  }

  /** It was changed, and its rollback failed: somebody must look at it. */
  record RollbackFailed(Host host, @Nullable Release serving, HostError error)
      implements HostOutcome {
    @Override
    public OutcomeKind kind() {
      return OutcomeKind.ROLLBACK_FAILED;
    }

    @Override
    public boolean changed() {
      return true;
    }
  }
}
