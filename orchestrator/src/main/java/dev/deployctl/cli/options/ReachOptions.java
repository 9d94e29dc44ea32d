package dev.deployctl.cli.options;

import dev.deployctl.model.Amount;
import dev.deployctl.model.RolloutSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for reaching many hosts, where they differ from the configuration. */
public final class ReachOptions {
  @Option(
      names = "--max-unreachable",
      paramLabel = "N|%",
      description = "Hosts that may be out of reach at the start.")
  @Nullable Amount maxUnreachable;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Hosts talked to at once outside batches.")
  @Nullable Integer parallelism;

  public Amount maxUnreachable(RolloutSettings base) {
    return maxUnreachable == null ? base.maxUnreachable() : maxUnreachable;
  }

  public int parallelism(RolloutSettings base) {
    return parallelism == null ? base.parallelism() : Math.clamp(parallelism, 1, 500);
  }
}
