package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/** The events of the verbs that lock an app. */
public interface LockEvents {
  record LockTaken(
      long seq,
      @WhenAbsent("") String lock,
      @Nullable String holder,
      @Nullable String since,
      @Nullable String expires,
      OtherFields others)
      implements HostEvent {
    public LockTaken(
        long seq,
        String lock,
        @Nullable String holder,
        @Nullable String since,
        @Nullable String expires) {
      this(seq, lock, holder, since, expires, OtherFields.NONE);
    }
  }

  record LockReleased(long seq, @WhenAbsent("") String lock, OtherFields others)
      implements HostEvent {
    public LockReleased(long seq, String lock) {
      this(seq, lock, OtherFields.NONE);
    }
  }
}
