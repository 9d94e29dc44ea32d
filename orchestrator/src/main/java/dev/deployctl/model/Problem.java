package dev.deployctl.model;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One mistake in a file that a person wrote, with the place to mend.
 *
 * @param path where in the file's meaning: {@code apps.blog.rollout.pause}; empty for the whole
 * @param didYouMean what was probably meant, or null
 */
public record Problem(
    String file, int line, int column, String path, String message, @Nullable String didYouMean)
    implements Comparable<Problem> {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column);

  @Override
  public int compareTo(Problem other) {
    return BY_PLACE.compare(this, other);
  }

  /** The form that editors and terminals make clickable. */
  @Override
  public String toString() {
    return file
        + (":" + line + ":" + column + ": ")
        + (path.isEmpty() ? "" : path + ": ")
        + message
        + (didYouMean == null ? "" : " (did you mean " + didYouMean + "?)");
  }
}
