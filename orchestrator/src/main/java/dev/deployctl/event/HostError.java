package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that a host reports.
 *
 * @param kind the name of a {@link HostErrorKind}, or another one that a newer host knows
 * @param state the state that things are in now
 * @param hint what to do next
 * @param verdict why a release was not healthy, where that is the error
 */
public record HostError(
    @WhenAbsent("internal") String kind,
    @WhenAbsent("the host gave no reason") String message,
    @Nullable String state,
    @Nullable String hint,
    @Nullable Verdict verdict) {
  /** Returns whether this error is of a kind. */
  public boolean is(HostErrorKind other) {
    return kind.equals(other.jsonName());
  }

  /**
   * The reason why a release failed its health check.
   *
   * @param probe the result of the last probe
   * @param container the state of the container, a sentence for people
   * @param lines the last lines that it logged
   */
  public record Verdict(@Nullable String probe, @Nullable String container, List<String> lines) {
    public Verdict {
      lines = List.copyOf(lines);
    }
  }
}
