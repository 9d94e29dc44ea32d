package dev.deployctl.event;

import dev.deployctl.event.HostValues.ImageLabels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of a transaction: deploy, rollback, restart, stop, start and maintenance. */
public interface TransactionEvents {
  record DeployStarted(
      long seq,
      @WhenAbsent("deploy") String verb,
      @Nullable String rollout,
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String by,
      @Nullable String replaces,
      OtherFields others)
      implements HostEvent {}

  record StepStarted(long seq, @WhenAbsent("?") String step, OtherFields others)
      implements HostEvent {
    public StepStarted(long seq, String step) {
      this(seq, step, OtherFields.NONE);
    }
  }

  record StepFinished(long seq, @WhenAbsent("?") String step, long ms, OtherFields others)
      implements HostEvent {}

  record StepFailed(
      long seq,
      @WhenAbsent("?") String step,
      long ms,
      @WhenAbsent("{}") HostError error,
      OtherFields others)
      implements HostEvent {}

  record ImageResolved(
      long seq, @Nullable String tag, @WhenAbsent("") String digest, OtherFields others)
      implements HostEvent {}

  /** The image is on the host, and its labels name its source. */
  record ImageSource(long seq, @Nullable ImageLabels labels, OtherFields others)
      implements HostEvent {}

  /**
   * The environment was read.
   *
   * @param names names of the variables, never a value
   */
  record EnvRead(
      long seq,
      @Nullable String source,
      @Nullable Long revision,
      List<String> names,
      @Nullable String sha256,
      OtherFields others)
      implements HostEvent {
    public EnvRead {
      revision = revision == null || revision < 0 ? null : revision;
      names = List.copyOf(names);
    }
  }

  /**
   * A container was started.
   *
   * @param process the process that it runs; null for the web part
   */
  record ContainerStarted(
      long seq,
      @Nullable String process,
      @WhenAbsent("1") int instance,
      @WhenAbsent("") String container,
      @Nullable String name,
      OtherFields others)
      implements HostEvent {}

  /**
   * An instance was probed.
   *
   * @param process the process that it runs; null for the web part
   */
  record HealthProbe(
      long seq,
      @Nullable String process,
      @WhenAbsent("1") int instance,
      boolean ok,
      @WhenAbsent("") String saw,
      long ms,
      OtherFields others)
      implements HostEvent {
    public HealthProbe(long seq, int instance, boolean ok, String saw, long ms) {
      this(seq, null, instance, ok, saw, ms, OtherFields.NONE);
    }
  }

  /**
   * An instance of an old release was asked to end. It may finish what it has in hand; the
   * transaction does not wait for it.
   *
   * @param until when it is killed if it has not ended
   */
  record ProcessRetiring(
      long seq,
      @WhenAbsent("?") String process,
      @WhenAbsent("1") int instance,
      @Nullable String container,
      @Nullable String release,
      @Nullable String until,
      OtherFields others)
      implements HostEvent {}

  record Switched(long seq, @WhenAbsent("?") String mode, boolean reload, OtherFields others)
      implements HostEvent {}

  record DrainProgress(long seq, int connections, long waitedMs, OtherFields others)
      implements HostEvent {
    public DrainProgress(long seq, int connections, long waitedMs) {
      this(seq, connections, waitedMs, OtherFields.NONE);
    }
  }

  record DrainFinished(long seq, int cut, long waitedMs, OtherFields others) implements HostEvent {}

  /**
   * The requests around the switch, from nginx's logs.
   *
   * @param requests null where they are not known, as {@code failures}
   * @param before of a time of the same length before the switch; null where that is not known
   * @param cut connections that were still open at the end of the drain
   * @param unknown why the requests are not known, null where they are
   */
  record Receipt(
      long seq,
      @Nullable Long requests,
      @Nullable Long failures,
      HostValues.@Nullable RequestCount before,
      int cut,
      @Nullable String unknown,
      OtherFields others)
      implements HostEvent {}

  record Warning(
      long seq,
      @WhenAbsent("warning") String code,
      @WhenAbsent("") String message,
      OtherFields others)
      implements HostEvent {}

  /**
   * The last event of a transaction.
   *
   * @param serving the release that is live now
   * @param held the release that is held now beside it; null without one
   */
  record DeployFinished(
      long seq,
      @WhenAbsent("deploy") String verb,
      @WhenAbsent("failed") String outcome,
      @WhenAbsent("70") int exit,
      @Nullable String serving,
      @Nullable String digest,
      @Nullable String tag,
      boolean changed,
      long ms,
      @Nullable HostError error,
      @Nullable String held,
      OtherFields others)
      implements HostEvent {
    /** The end of a transaction that holds no release. */
    public DeployFinished(
        long seq,
        String verb,
        String outcome,
        int exit,
        @Nullable String serving,
        @Nullable String digest,
        @Nullable String tag,
        boolean changed,
        long ms,
        @Nullable HostError error,
        OtherFields others) {
      this(seq, verb, outcome, exit, serving, digest, tag, changed, ms, error, null, others);
    }

    /**
     * Returns whether the host is in the state that was asked for. This includes a worker that died
     * and whose transaction was completed, although its exit code is that of an internal error.
     */
    public boolean reached() {
      return TransactionOutcome.SUCCEEDED.is(outcome) || unchanged() || isHeld();
    }

    /** Returns whether the release was started and gets no requests. */
    public boolean isHeld() {
      return TransactionOutcome.HELD.is(outcome);
    }

    /** Returns whether there was nothing to do. */
    public boolean unchanged() {
      return TransactionOutcome.UNCHANGED.is(outcome);
    }
  }
}
