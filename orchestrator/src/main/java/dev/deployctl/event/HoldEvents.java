package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/** The events of a deploy that starts a release and does not switch to it. */
public interface HoldEvents {
  /**
   * A release runs beside the live one and gets no requests.
   *
   * @param until when the host abandons it by itself
   * @param preview the way to reach it; null where the app's virtual host has none
   */
  record ReleaseHeld(
      long seq,
      @WhenAbsent("?") String release,
      @Nullable String digest,
      @Nullable String tag,
      @Nullable String rollout,
      @Nullable String until,
      @Nullable Preview preview,
      OtherFields others)
      implements HostEvent {}
}
