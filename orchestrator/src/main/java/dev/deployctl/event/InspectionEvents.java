package dev.deployctl.event;

import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.event.HostValues.ReservedMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of verbs that look into the past of an app. */
public interface InspectionEvents {
  /**
   * The requests while one release was live.
   *
   * @param requests null where requests may be missing
   * @param unknown the reason why {@code requests} is null
   */
  record TrafficRelease(
      long seq,
      @Nullable String release,
      @Nullable String digest,
      @Nullable String tag,
      @WhenAbsent("") String since,
      @WhenAbsent("") String until,
      @Nullable Requests requests,
      @Nullable String unknown,
      OtherFields others)
      implements HostEvent {}

  /**
   * Something that happened to an app on a host.
   *
   * @param ts when it happened, by the host's clock
   * @param kind groups what happens, such as {@code container}
   * @param text a sentence without host and time
   * @param exitCode of a container or a command that ended; null for others, and where not known
   * @param oomKilled whether the kernel killed it for lack of memory
   * @param errors the requests of a minute that were answered with 5xx; 0 for other kinds
   */
  record TimelineEntry(
      long seq,
      @WhenAbsent("") String ts,
      @WhenAbsent("?") String kind,
      @WhenAbsent("") String text,
      @Nullable String outcome,
      @Nullable Integer exitCode,
      boolean oomKilled,
      long requests,
      @WireName("errors_5xx") long errors,
      OtherFields others)
      implements HostEvent {
    /** Returns the same entry with its time by another clock. */
    public TimelineEntry at(String time) {
      return new TimelineEntry(
          seq, time, kind, text, outcome, exitCode, oomKilled, requests, errors, others);
    }
  }

  /**
   * The memory of a host in bytes.
   *
   * @param total null where the kernel does not tell
   * @param available what new containers can get now, null where the kernel does not tell
   * @param reserved the memory limits of all running containers of apps
   * @param unlimited running containers whose limit is not known
   * @param apps the parts of the apps that the caller may deploy
   */
  record Capacity(
      long seq,
      @Nullable Long total,
      @Nullable Long available,
      long reserved,
      int unlimited,
      List<ReservedMemory> apps,
      OtherFields others)
      implements HostEvent {
    public Capacity {
      apps = List.copyOf(apps);
    }
  }

  /** A source of a timeline that could not be read, or not about the whole period. */
  record TimelineMissing(
      long seq, @WhenAbsent("?") String source, @WhenAbsent("") String reason, OtherFields others)
      implements HostEvent {}
}
