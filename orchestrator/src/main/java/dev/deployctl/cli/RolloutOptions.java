package dev.deployctl.cli;

import dev.deployctl.model.Amount;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.ZoneOrder;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to go over the hosts, where it differs from the configuration. */
final class RolloutOptions {
  @Option(
      names = "--canary",
      paramLabel = "N|%",
      description = "Hosts of the first batch; 0: none.")
  @Nullable Amount canary;

  @Option(
      names = "--batch-size",
      paramLabel = "N|%",
      split = ",",
      description = "Hosts changed together; of a list the last repeats.")
  @Nullable List<Amount> batchSize;

  @Option(
      names = "--bake",
      paramLabel = "TIME",
      description = "How long to watch the canary before going on: 30s, 5m.")
  @Nullable Duration bake;

  @Option(names = "--pause", paramLabel = "TIME", description = "Between batches: 10s, 2m.")
  @Nullable Duration pause;

  @Option(
      names = "--max-failures",
      paramLabel = "N|%",
      description = "Failed hosts to tolerate over the whole rollout.")
  @Nullable Amount maxFailures;

  @Option(
      names = "--max-unreachable",
      paramLabel = "N|%",
      description = "Hosts that may be out of reach at the start.")
  @Nullable Amount maxUnreachable;

  @Option(
      names = "--on-failure",
      paramLabel = "stop|rollback",
      description = "What to do once more hosts failed than that.")
  @Nullable OnFailure onFailure;

  @Option(
      names = "--zones",
      paramLabel = "spread|one-by-one",
      description = "How batches lie over availability zones.")
  @Nullable ZoneOrder zones;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Hosts talked to at once outside batches.")
  @Nullable Integer parallelism;

  /** By default longer than a reboot, shorter than a person's patience. */
  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "3m",
      description = "How long to ask a host again that fell silent (default: 3m).")
  Duration patience = Rollouts.PATIENCE;

  RolloutSettings over(RolloutSettings base) {
    return new RolloutSettings(
        canary == null ? base.canary() : canary,
        batchSize == null ? base.batchSizes() : batchSize,
        pause == null ? base.pause() : pause,
        bake == null ? base.bake() : bake,
        maxFailures == null ? base.maxFailures() : maxFailures,
        maxUnreachable == null ? base.maxUnreachable() : maxUnreachable,
        onFailure == null ? base.onFailure() : onFailure,
        parallelism == null ? base.parallelism() : Math.clamp(parallelism, 1, 500),
        zones == null ? base.zones() : zones);
  }
}
