package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host says went wrong.
 *
 * @param kind the name of a {@link HostErrorKind}, or another one that a newer host knows
 * @param state what state things are in now
 * @param hint what to do next
 * @param verdict why a release was not healthy, where that is the matter
 */
public record HostError(
    String kind,
    String message,
    @Nullable String state,
    @Nullable String hint,
    @Nullable Verdict verdict) {
  /** Returns whether this error is of a kind. */
  public boolean is(HostErrorKind other) {
    return kind.equals(other.jsonName());
  }

  /**
   * Why a release failed its health check.
   *
   * @param probe what the last probe saw
   * @param container state of the container, for a person
   * @param lines the last lines it logged
   */
  public record Verdict(@Nullable String probe, @Nullable String container, List<String> lines) {
    public Verdict {
      lines = List.copyOf(lines);
    }
  }
}
