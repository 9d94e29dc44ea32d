package dev.deployctl.output.report;

import dev.deployctl.rollout.outcome.SourceChange;
import java.util.Optional;
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
