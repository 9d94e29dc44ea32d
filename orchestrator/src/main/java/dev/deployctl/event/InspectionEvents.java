package dev.deployctl.event;

import dev.deployctl.event.HostValues.Requests;
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
}
