package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of {@code apply}, which brings operators' files to a host. */
public interface ApplyEvents {
  /**
   * A file that differs from the one on the host.
   *
   * @param change added, changed or removed
   * @param diff lines of a unified diff; none for a file with env values
   * @param cut whether the diff was too long to be sent whole
   * @param names the env variables that differ, for a file with env values
   */
  record ApplyFile(
      long seq,
      @WhenAbsent("?") String path,
      @WhenAbsent("?") String change,
      List<String> diff,
      boolean cut,
      @Nullable EnvChange names,
      OtherFields others)
      implements HostEvent {
    public ApplyFile {
      diff = List.copyOf(diff);
    }
  }

  /**
   * The end of an apply.
   *
   * @param outcome checked, applied or unchanged
   * @param base the hash of the files as they were; names them in the call that changes them
   * @param version the hash of the files that were given
   * @param changed how many files differ
   * @param unmanaged definitions on the host that no apply has written; they are left alone
   * @param before the last apply; null if there was none
   */
  record ApplyFinished(
      long seq,
      @WhenAbsent("?") String outcome,
      @WhenAbsent("") String base,
      @Nullable String version,
      int changed,
      List<String> unmanaged,
      @Nullable Applied before,
      OtherFields others)
      implements HostEvent {
    public ApplyFinished {
      unmanaged = List.copyOf(unmanaged);
    }
  }
}
