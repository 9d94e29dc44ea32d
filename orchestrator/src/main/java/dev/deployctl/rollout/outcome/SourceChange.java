package dev.deployctl.rollout.outcome;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The source that the live and the new image were built from, as labels of the images name it.
 *
 * @param repository address of the source repository, null where no label names it
 * @param from commit of the live image, null where no label names it
 * @param to commit of the new image, null where no label names it
 * @param builtFrom when the live image was built, null where that is not known
 * @param builtTo when the new image was built, null where that is not known
 */
public record SourceChange(
    @Nullable String repository,
    @Nullable String from,
    @Nullable String to,
    @Nullable Instant builtFrom,
    @Nullable Instant builtTo) {
  /** Returns whether the new image was built before the live one. */
  public boolean older() {
    return builtFrom != null && builtTo != null && builtTo.isBefore(builtFrom);
  }
}
