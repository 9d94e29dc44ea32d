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
  /** Keeps of labels only what is an address of git or a commit; anybody may write them. */
  public SourceChange {
    repository = repository != null && CompareLink.web(repository) == null ? null : repository;
    from = from != null && !CompareLink.isCommit(from) ? null : from;
    to = to != null && !CompareLink.isCommit(to) ? null : to;
  }

  /** Returns the address at which people see the repository, null where it has none. */
  public @Nullable String web() {
    return repository == null ? null : CompareLink.web(repository);
  }

  /** Returns the address that shows the commits that go out, null where it is not known. */
  public @Nullable String compare() {
    return repository == null || from == null || to == null || from.equals(to)
        ? null
        : CompareLink.of(repository, from, to);
  }

  /** Returns the address that shows a commit of the repository, null where it is not known. */
  public @Nullable String link(String commit) {
    return repository == null ? null : CompareLink.ofCommit(repository, commit);
  }

  /** Returns a warning where the new image is older than the live one, else null. */
  public @Nullable String warning() {
    return older()
        ? "the new image was built before the live one: " + builtTo + ", and " + builtFrom
        : null;
  }

  /** Returns whether the new image was built before the live one. */
  public boolean older() {
    return builtFrom != null && builtTo != null && builtTo.isBefore(builtFrom);
  }
}
