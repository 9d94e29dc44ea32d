package dev.deployctl.cli.options;

import dev.deployctl.model.Amount;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.ZoneOrder;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a rollout in batches, where it differs from the configuration. */
public final class RolloutOptions {
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
  @Nullable List<Amount> batchSizes;

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
      names = "--on-failure",
      paramLabel = "stop|rollback",
      description = "What to do once more hosts failed than that.")
  @Nullable OnFailure onFailure;

  @Option(
      names = "--zones",
      paramLabel = "spread|one-by-one",
      description = "How batches lie over availability zones.")
  @Nullable ZoneOrder zones;

  @Mixin final ReachOptions reach = new ReachOptions();

  /** Lays these options over an app's settings. */
  public RolloutSettings over(RolloutSettings base) {
    return new RolloutSettings(
        canary == null ? base.canary() : canary,
        batchSizes == null ? base.batchSizes() : batchSizes,
        pause == null ? base.pause() : pause,
        bake == null ? base.bake() : bake,
        maxFailures == null ? base.maxFailures() : maxFailures,
        reach.maxUnreachable(base),
        onFailure == null ? base.onFailure() : onFailure,
        reach.parallelism(base),
        zones == null ? base.zones() : zones);
  }
}
