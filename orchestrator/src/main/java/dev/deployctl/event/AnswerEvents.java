package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of verbs that are no transactions. */
public interface AnswerEvents {
  /** The call was refused or could not be answered. */
  record Refused(
      long seq, @WhenAbsent("70") int exit, @WhenAbsent("{}") HostError error, OtherFields others)
      implements HostEvent {
    public Refused(long seq, int exit, HostError error) {
      this(seq, exit, error, OtherFields.NONE);
    }
  }

  record Version(long seq, @WhenAbsent("?") String version, int protocol, OtherFields others)
      implements HostEvent {
    public Version(long seq, String version, int protocol) {
      this(seq, version, protocol, OtherFields.NONE);
    }
  }

  record Check(
      long seq,
      @WhenAbsent("?") String name,
      boolean ok,
      @WhenAbsent("") String message,
      @Nullable String hint,
      @Nullable String kind,
      OtherFields others)
      implements HostEvent {}

  /**
   * Tells whether the host is ready for a deploy, and which release is live there.
   *
   * @param present whether the host has the requested image already
   * @param lastMs how long the last successful deploy of this app took here, null where there was
   *     none
   * @param releaseCommand the command that a rollout runs once before it changes hosts; null where
   *     there is none
   * @param warnings sentences about problems that do not prevent a deploy
   * @param hostId the random id of the host, null where it has none yet or the script is older
   * @param held the release that is held; null without one, and where the script is older
   * @param labels the source of the requested image; null where it is not on the host or not known
   * @param servingLabels the source of the live image, null where it is not known
   * @param standby whether calls can be prepared on the host
   */
  record PreflightFinished(
      long seq,
      boolean ok,
      @WhenAbsent("70") int exit,
      @Nullable String digest,
      @Nullable String tag,
      boolean present,
      @Nullable Serving serving,
      @Nullable EnvChange env,
      @Nullable LockHolder lock,
      @Nullable String version,
      int protocol,
      @Nullable Long lastMs,
      @Nullable ReleaseCommand releaseCommand,
      List<String> warnings,
      @Nullable String hostId,
      @Nullable HeldRelease held,
      @Nullable ImageLabels labels,
      @Nullable ImageLabels servingLabels,
      boolean standby,
      OtherFields others)
      implements HostEvent {
    public PreflightFinished {
      lastMs = lastMs == null || lastMs < 0 ? null : lastMs;
      warnings = List.copyOf(warnings);
    }
  }

  record PullFinished(
      long seq,
      @Nullable String digest,
      @Nullable String tag,
      boolean already,
      long ms,
      @WhenAbsent("failed") String outcome,
      @WhenAbsent("70") int exit,
      @Nullable ImageLabels labels,
      @Nullable HostError error,
      OtherFields others)
      implements HostEvent {}

  /**
   * The state of one app on a host.
   *
   * @param runs one-off commands that are running
   * @param processes the parts of the app beside the web part; none where it has none, and on older
   *     hosts
   * @param retiring instances of old releases that finish what they have in hand
   * @param applied the last apply of the operators' files; null if there was none
   * @param drained since when load balancers send the host no requests; null where they do
   * @param held the release that is held beside the live one; null without one
   * @param freeze why the app cannot be deployed now; null where it can
   */
  record Status(
      long seq,
      @WhenAbsent("?") String app,
      @WhenAbsent("?") String state,
      @Nullable Serving serving,
      @Nullable Serving previous,
      int connections,
      @Nullable String mode,
      @Nullable LockHolder lock,
      List<String> drift,
      @Nullable Deployed deployed,
      List<OneOffCommand> runs,
      List<ProcessInstances> processes,
      List<RetiringInstance> retiring,
      @Nullable Applied applied,
      @Nullable Drained drained,
      @Nullable HeldRelease held,
      @Nullable DeployFreeze freeze,
      @WhenAbsent("{}") Instances instances,
      OtherFields others)
      implements HostEvent {
    public Status {
      processes = List.copyOf(processes);
      retiring = List.copyOf(retiring);
      drift = List.copyOf(drift);
      deployed = deployed == null || deployed.rollout().isEmpty() ? null : deployed;
      runs = List.copyOf(runs);
    }

    public int running() {
      return instances.running();
    }

    public int wanted() {
      return instances.wanted();
    }

    public int restarts() {
      return instances.restarts();
    }

    public @Nullable String restarted() {
      return instances.restarted();
    }
  }

  /**
   * Something that was done to an app.
   *
   * @param run the one-off command that it was, or null
   * @param retired how instances of the replaced release ended; none while that is not known
   * @param labels the source of the image; null where that is not known
   */
  record HistoryEntry(
      long seq,
      @WhenAbsent("") String ts,
      @WhenAbsent("?") String app,
      @Nullable String by,
      @Nullable String from,
      @WhenAbsent("?") String verb,
      @Nullable String rollout,
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String replaces,
      @Nullable String outcome,
      long ms,
      @Nullable String error,
      @Nullable OneOffCommand run,
      List<RetiredInstance> retired,
      @Nullable SwitchReceipt receipt,
      @Nullable ImageLabels labels,
      OtherFields others)
      implements HostEvent {
    public HistoryEntry {
      retired = List.copyOf(retired);
    }
  }

  /**
   * A line that an app printed.
   *
   * @param process the process that printed it; null for the web part and for one-off commands
   */
  record LogLine(
      long seq,
      @WhenAbsent("") String ts,
      @Nullable String process,
      @WhenAbsent("1") int instance,
      @Nullable String release,
      @WhenAbsent("stdout") String stream,
      @WhenAbsent("") String line,
      OtherFields others)
      implements HostEvent {
    public LogLine(
        long seq, String ts, int instance, @Nullable String release, String stream, String line) {
      this(seq, ts, null, instance, release, stream, line, OtherFields.NONE);
    }

    /** Returns the same line with its time by another clock. */
    public LogLine at(String time) {
      return new LogLine(seq, time, process, instance, release, stream, line, others);
    }
  }

  /**
   * The requests since the live release was put into service, and for as long before it.
   *
   * @param now null where requests may be missing
   * @param before null where nothing is known of the time before
   * @param unknown the reason why {@code now} is null
   */
  record Traffic(
      long seq,
      @WireName("new") @Nullable Requests now,
      @WireName("old") @Nullable Requests before,
      @Nullable String unknown,
      OtherFields others)
      implements HostEvent {
    public Traffic(
        long seq, @Nullable Requests now, @Nullable Requests before, @Nullable String unknown) {
      this(seq, now, before, unknown, OtherFields.NONE);
    }
  }

  /** An unfinished transaction that the host has completed or undone. */
  record Recovered(
      long seq,
      @Nullable String app,
      @Nullable String rollout,
      @Nullable String outcome,
      @Nullable String message,
      OtherFields others)
      implements HostEvent {}

  /**
   * The last event of a verb that lists things.
   *
   * @param ts the host's time when it sent the event
   */
  record Finished(long seq, String type, @Nullable String ts, OtherFields others)
      implements HostEvent {
    public Finished(long seq, String type, @Nullable String ts) {
      this(seq, type, ts, OtherFields.NONE);
    }
  }
}
