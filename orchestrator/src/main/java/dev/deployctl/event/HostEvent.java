package dev.deployctl.event;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fact that a host told, in the order it told them. {@code docs/events.md} is the reference.
 */
public sealed interface HostEvent {
  /** Its place in the transaction, from 1; 0 where the host gave none. */
  long seq();

  record DeployStarted(
      long seq,
      String verb,
      @Nullable String rollout,
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String by,
      @Nullable String replaces)
      implements HostEvent {}

  record StepStarted(long seq, String step) implements HostEvent {}

  record StepFinished(long seq, String step, long ms) implements HostEvent {}

  record StepFailed(long seq, String step, long ms, HostError error) implements HostEvent {}

  record ImageResolved(long seq, @Nullable String tag, String digest) implements HostEvent {}

  record EnvRead(
      long seq,
      @Nullable String source,
      @Nullable Long revision,
      List<String> names,
      @Nullable String sha256)
      implements HostEvent {
    public EnvRead {
      names = List.copyOf(names);
    }
  }

  record ContainerStarted(long seq, int instance, String container, @Nullable String name)
      implements HostEvent {}

  record HealthProbe(long seq, int instance, boolean ok, String saw, long ms)
      implements HostEvent {}

  record Switched(long seq, String mode, boolean reload) implements HostEvent {}

  record DrainProgress(long seq, int connections, long waitedMs) implements HostEvent {}

  record DrainFinished(long seq, int cut, long waitedMs) implements HostEvent {}

  record Warning(long seq, String code, String message) implements HostEvent {}

  record DeployFinished(
      long seq,
      String verb,
      String outcome,
      int exit,
      @Nullable String serving,
      @Nullable String digest,
      @Nullable String tag,
      boolean changed,
      long ms,
      @Nullable HostError error)
      implements HostEvent {
    /**
     * Returns whether the host is where it was asked to be. A worker that died and was settled
     * forward says so too, though its exit code is that of a defect.
     */
    public boolean reached() {
      return TransactionOutcome.SUCCEEDED.is(outcome) || unchanged();
    }

    /** Returns whether there was nothing to do. */
    public boolean unchanged() {
      return TransactionOutcome.UNCHANGED.is(outcome);
    }
  }

  /** The call was refused or could not be answered. */
  record Refused(long seq, int exit, HostError error) implements HostEvent {}

  record Version(long seq, String version, int protocol) implements HostEvent {}

  record Check(
      long seq,
      String name,
      boolean ok,
      String message,
      @Nullable String hint,
      @Nullable String kind)
      implements HostEvent {}

  /**
   * Whether the host is fit for a deploy, and what serves there now.
   *
   * @param present whether the host has the image that was asked for already
   * @param lastMs how long the last successful deploy of this app took here, null where there was
   *     none
   * @param warnings sentences about things that a deploy gets over, and that people should know
   */
  record PreflightFinished(
      long seq,
      boolean ok,
      int exit,
      @Nullable String digest,
      @Nullable String tag,
      boolean present,
      @Nullable Serving serving,
      @Nullable EnvChange env,
      @Nullable LockHolder lock,
      @Nullable String version,
      int protocol,
      @Nullable Long lastMs,
      List<String> warnings)
      implements HostEvent {
    public PreflightFinished {
      warnings = List.copyOf(warnings);
    }
  }

  record PullFinished(
      long seq,
      @Nullable String digest,
      @Nullable String tag,
      boolean already,
      long ms,
      String outcome,
      int exit,
      @Nullable HostError error)
      implements HostEvent {}

  /**
   * How one app stands on a host.
   *
   * @param restarts how often Docker has started its containers again because they ended
   * @param restarted when last, null without any
   * @param runs one-off commands that run now
   */
  record Status(
      long seq,
      String app,
      String state,
      @Nullable Serving serving,
      @Nullable Serving previous,
      int running,
      int wanted,
      int restarts,
      @Nullable String restarted,
      int connections,
      @Nullable String mode,
      @Nullable LockHolder lock,
      List<String> drift,
      @Nullable Deployed deployed,
      List<OneOffCommand> runs)
      implements HostEvent {
    public Status {
      drift = List.copyOf(drift);
      runs = List.copyOf(runs);
    }
  }

  record HistoryEntry(
      long seq,
      String ts,
      String app,
      @Nullable String by,
      @Nullable String from,
      String verb,
      @Nullable String rollout,
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String replaces,
      @Nullable String outcome,
      long ms,
      @Nullable String error,
      @Nullable OneOffCommand run)
      implements HostEvent {}

  record LogLine(
      long seq, String ts, int instance, @Nullable String release, String stream, String line)
      implements HostEvent {
    /** The same at another time: by another clock. */
    public LogLine at(String time) {
      return new LogLine(seq, time, instance, release, stream, line);
    }
  }

  record LockTaken(
      long seq,
      String lock,
      @Nullable String holder,
      @Nullable String since,
      @Nullable String expires)
      implements HostEvent {}

  record LockReleased(long seq, String lock) implements HostEvent {}

  /**
   * How requests fared since the serving release came into service, and for as long before it.
   *
   * @param now null where requests may be missing
   * @param before null where nothing is known of the time before
   * @param unknown why {@code now} is null
   */
  record Traffic(
      long seq, @Nullable Requests now, @Nullable Requests before, @Nullable String unknown)
      implements HostEvent {}

  /** Requests of some time, from nginx's own log. */
  record Requests(long requests, long errors, long p50, long p95, long seconds) {}

  /** An unfinished transaction that the host has settled. */
  record Recovered(
      long seq,
      @Nullable String app,
      @Nullable String rollout,
      @Nullable String outcome,
      @Nullable String message)
      implements HostEvent {}

  /** A one-off command begins, in a container of its own. */
  record RunStarted(
      long seq, @Nullable String release, @Nullable String container, List<String> words)
      implements HostEvent {
    public RunStarted {
      words = List.copyOf(words);
    }
  }

  /**
   * A one-off command has ended.
   *
   * @param exit the command's own exit code; null where it is not known
   */
  record RunFinished(
      long seq,
      @Nullable Integer exit,
      @Nullable String release,
      @Nullable String container,
      long ms)
      implements HostEvent {}

  /** What was removed because nothing goes back to it any more. */
  record PruneFinished(
      long seq,
      String app,
      List<String> releases,
      List<String> images,
      int containers,
      int transactions)
      implements HostEvent {
    public PruneFinished {
      releases = List.copyOf(releases);
      images = List.copyOf(images);
    }
  }

  /** A host compared one app with what was recorded for it, and did what it took. */
  record ConvergeApp(
      long seq,
      String app,
      String outcome,
      @Nullable String desired,
      @Nullable String tag,
      @Nullable String source,
      @Nullable String rollout,
      @Nullable String serving,
      @Nullable HostError error)
      implements HostEvent {}

  /** The end of it, over all apps of the host. */
  record ConvergeFinished(long seq, int apps, int changed, int failed, int exit)
      implements HostEvent {}

  /** For people, not to be parsed. */
  record Help(long seq, String text) implements HostEvent {}

  /**
   * The last event of a verb that only lists things.
   *
   * @param ts the host's time when it sent it
   */
  record Finished(long seq, String type, @Nullable String ts) implements HostEvent {}

  /**
   * A type that this version does not know: kept whole, for those who print events as they come.
   */
  record Unknown(long seq, String type, Map<String, Object> fields) implements HostEvent {
    public Unknown {
      fields = Map.copyOf(fields);
    }
  }

  /**
   * A release, as a host speaks of it.
   *
   * @param rollout the transaction that put it into service
   * @param verb the verb of that transaction
   */
  record Serving(
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String since,
      @Nullable String by,
      @Nullable String rollout,
      @Nullable String verb,
      boolean healthy) {}

  /**
   * The deploy that brought the image that is live, through every restart since.
   *
   * @param before the release that it replaced; null where that is not kept
   */
  record Deployed(
      String rollout, @Nullable String by, @Nullable String since, @Nullable Serving before) {}
}
