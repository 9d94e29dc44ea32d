package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.model.Amount;
import dev.deployctl.model.RolloutSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for calling many hosts, which override the configuration. */
public final class ReachOptions {
  @Option(
      names = "--max-unreachable",
      paramLabel = "N|%",
      description = "Tolerate this many unreachable hosts at the start.")
  @Nullable Amount maxUnreachable;

  @Advanced
  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Call this many hosts at once, outside batches.")
  @Nullable Integer parallelism;

  public Amount maxUnreachable(RolloutSettings base) {
    return maxUnreachable == null ? base.maxUnreachable() : maxUnreachable;
  }

  public int parallelism(RolloutSettings base) {
    return parallelism == null ? base.parallelism() : Math.clamp(parallelism, 1, 500);
  }
}
