package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of one-off commands and schedules. */
public interface OneOffEvents {
  /**
   * A one-off command was started, in a container of its own.
   *
   * @param run its id on this host, with which others can follow it; null on older hosts
   * @param kind what it is for: run, release, check, schedule or console; null on older hosts
   * @param rollout the rollout that it belongs to, or null
   */
  record RunStarted(
      long seq,
      @Nullable String release,
      @Nullable String container,
      List<String> words,
      @Nullable String run,
      @Nullable String kind,
      @Nullable String rollout,
      OtherFields others)
      implements HostEvent {
    public RunStarted {
      words = List.copyOf(words);
    }

    public RunStarted(
        long seq, @Nullable String release, @Nullable String container, List<String> words) {
      this(seq, release, container, words, null, null, null, OtherFields.NONE);
    }
  }

  /**
   * A one-off command has ended.
   *
   * @param exit the command's own exit code; null where it is not known
   * @param error why it failed, where its exit code does not say so
   */
  record RunFinished(
      long seq,
      @Nullable Integer exit,
      @Nullable String release,
      @Nullable String container,
      long ms,
      @Nullable String run,
      @Nullable String kind,
      @Nullable String rollout,
      @Nullable String error,
      OtherFields others)
      implements HostEvent {}

  /**
   * A schedule of an app on a host.
   *
   * @param at when it is due, in systemd's form
   * @param on one host of all, or each
   * @param next when it is due next; null where that is not known
   * @param here whether this host has a timer for it
   * @param last its last run on this host, or null
   * @param skipped runs that did not take place on this host, newest first
   * @param problem how its timer differs from what is recorded, or null
   */
  record Schedule(
      long seq,
      @WhenAbsent("?") String app,
      @WhenAbsent("?") String schedule,
      @Nullable String at,
      @Nullable String timezone,
      List<String> command,
      @Nullable String on,
      boolean here,
      @Nullable String next,
      @Nullable ScheduledRun last,
      List<SkippedRun> skipped,
      @Nullable String problem,
      OtherFields others)
      implements HostEvent {
    public Schedule {
      command = List.copyOf(command);
      skipped = List.copyOf(skipped);
    }
  }
}
