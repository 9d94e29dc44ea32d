package dev.deployctl.output.report;

import dev.deployctl.event.HostValues.ImageLabels;
import dev.deployctl.rollout.outcome.SourceChange;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The source of the live and the new image as a person reads it. */
public final class SourceText {
  /** As long as git shows a commit. */
  private static final int SHORT = 7;

  /** No link is longer, whatever the labels of an image say. */
  private static final int LONGEST = 300;

  private SourceText() {}

  /** Returns the commits that go out and where to see them; empty where nothing is known. */
  public static Optional<String> of(@Nullable SourceChange source) {
    if (source == null) {
      return Optional.empty();
    }
    String commits = commits(source);
    String link = source.compare() == null ? source.web() : source.compare();
    if (commits == null) {
      return Optional.ofNullable(link).map(SourceText::cut);
    }
    return Optional.of(link == null ? commits : commits + " " + cut(link));
  }

  /**
   * Returns the source of one image, as its labels name it: {@code commit 1f0c9d2, version 1.4.0,
   * https://github.com/acme/blog}; empty where they name none.
   */
  public static Optional<String> of(@Nullable ImageLabels labels) {
    if (labels == null) {
      return Optional.empty();
    }
    String commit = commit(labels).map(text -> "commit " + text).orElse(null);
    String version = labels.version() == null ? null : "version " + cut(labels.version());
    String text =
        Stream.of(commit, version, source(labels).web())
            .filter(Objects::nonNull)
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Returns the commit of an image, shortened; empty where its labels name none. */
  public static Optional<String> commit(@Nullable ImageLabels labels) {
    return Optional.ofNullable(labels == null ? null : source(labels).to()).map(SourceText::brief);
  }

  private static SourceChange source(ImageLabels labels) {
    return new SourceChange(labels.source(), null, labels.revision(), null, null);
  }

  private static @Nullable String commits(SourceChange source) {
    String from = source.from();
    String to = source.to();
    if (to == null) {
      return from == null ? null : "live is commit " + brief(from);
    }
    if (from == null) {
      return "commit " + brief(to);
    }
    return from.equals(to)
        ? "commit " + brief(to) + ", as live"
        : "commits " + brief(from) + ".." + brief(to);
  }

  /** Returns a commit as people read it: a hash is cut, a version is not. */
  public static String brief(String commit) {
    return commit.matches("[0-9a-f]{12,}") ? commit.substring(0, SHORT) : cut(commit);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
