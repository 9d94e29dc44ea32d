package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of verbs that list and change the environment of an app. None has a value. */
public interface EnvEvents {
  /**
   * A variable of the environment.
   *
   * @param source the file, prefix or secret that it comes from; null if only the live release has
   *     it
   * @param changed when it was changed, and {@code by} by whom; null where that is not known
   * @param token its state where changes are written; null where the source is only read
   * @param live how it compares with the live release: same, differs, absent or only; null where
   *     nothing is live
   */
  record EnvName(
      long seq,
      @WhenAbsent("?") String app,
      @WhenAbsent("?") String name,
      @Nullable String source,
      @Nullable String changed,
      @Nullable String by,
      @Nullable String token,
      @Nullable String live,
      OtherFields others)
      implements HostEvent {}

  /**
   * The source of the environment.
   *
   * @param where the place that changes are written to, or what is read
   * @param store the name of a place that hosts share; null if each host has its own
   * @param editor whether the caller may change variables
   * @param problem why a deploy would refuse the environment as it is, or null
   */
  record EnvListed(
      long seq,
      @WhenAbsent("?") String app,
      @WhenAbsent("?") String source,
      @Nullable String where,
      @Nullable String store,
      int names,
      boolean editor,
      @Nullable String problem,
      OtherFields others)
      implements HostEvent {}

  /**
   * The result of a change.
   *
   * @param outcome set, unset, unchanged, or checked
   * @param still where a variable that was removed is set all the same, or null
   */
  record EnvEdited(
      long seq,
      @WhenAbsent("?") String app,
      @WhenAbsent("?") String name,
      @WhenAbsent("?") String outcome,
      @Nullable String source,
      @Nullable String where,
      @Nullable String token,
      @Nullable String still,
      List<String> warnings,
      OtherFields others)
      implements HostEvent {
    public EnvEdited {
      warnings = List.copyOf(warnings);
    }
  }
}
