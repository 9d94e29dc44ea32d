package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.model.Amount;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.ZoneOrder;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a rollout in batches, which override the configuration. */
public final class RolloutOptions {
  @Option(
      names = "--canary",
      paramLabel = "N|%",
      description = "Size of the first batch; 0 for no canary.")
  @Nullable Amount canary;

  @Option(
      names = "--batch-size",
      paramLabel = "N|%,...",
      hideParamSyntax = true,
      split = ",",
      description = "Hosts to change together; the last one repeats.")
  @Nullable List<Amount> batchSizes;

  @Advanced
  @Option(
      names = "--bake",
      paramLabel = "TIME",
      description = "Watch the canary this long before going on: 30s, 5m.")
  @Nullable Duration bake;

  @Advanced
  @Option(
      names = "--pause",
      paramLabel = "TIME",
      description = "Wait this long between batches: 10s, 2m.")
  @Nullable Duration pause;

  @Advanced
  @Option(
      names = "--max-failures",
      paramLabel = "N|%",
      description = "Tolerate this many failed hosts in the whole rollout.")
  @Nullable Amount maxFailures;

  @Option(
      names = "--on-failure",
      paramLabel = "stop|rollback",
      description = "Do this once more hosts have failed.")
  @Nullable OnFailure onFailure;

  @Advanced
  @Option(
      names = "--zones",
      paramLabel = "spread|one-by-one",
      description = "Spread each batch over availability zones, or finish one zone after another.")
  @Nullable ZoneOrder zones;

  @Mixin final ReachOptions reach = new ReachOptions();

  /** Returns an app's settings with these options in place of them. */
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
        zones == null ? base.zones() : zones,
        base.gates());
  }
}
