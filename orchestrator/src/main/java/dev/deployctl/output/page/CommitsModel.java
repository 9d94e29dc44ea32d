package dev.deployctl.output.page;

import dev.deployctl.output.page.model.RolloutReport.Commit;
import dev.deployctl.output.page.model.RolloutReport.Commits;
import dev.deployctl.output.report.SourceText;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.rollout.outcome.SourceChange;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns the labels of the old and the new image into the commits that went out, with links. */
final class CommitsModel {
  private CommitsModel() {}

  /** Returns what the page shows; null where no image names its source. */
  static @Nullable Commits of(@Nullable SourceChange source) {
    return source == null
        ? null
        : new Commits(
            commit(source, source.from(), source.builtFrom()),
            commit(source, source.to(), source.builtTo()),
            Objects.requireNonNullElse(source.repository(), "not named"),
            source.web(),
            source.compare(),
            source.older());
  }

  private static Commit commit(
      SourceChange source, @Nullable String commit, @Nullable Instant built) {
    return new Commit(
        commit == null ? "not named" : SourceText.brief(commit),
        commit == null ? null : source.link(commit),
        built == null ? "" : "built " + Times.text(built.toString()) + " UTC");
  }
}
