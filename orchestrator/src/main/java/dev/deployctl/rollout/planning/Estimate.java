package dev.deployctl.rollout.planning;

import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Guesses how long the batches take, from how long the last deploy of the app took each host. */
public final class Estimate {
  private Estimate() {}

  /**
   * Each batch takes as long as its slowest host, and what is waited for stands between them.
   *
   * @param lastMs the last deploy, by host id; a host that is missing is taken for the slowest
   * @return null where no host knows
   */
  public static @Nullable Duration of(
      List<RolloutPlan.Batch> batches, Map<String, Long> lastMs, RolloutSettings settings) {
    if (lastMs.isEmpty() || batches.isEmpty()) {
      return null;
    }
    long slowest = lastMs.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    long ms = 0;
    for (RolloutPlan.Batch batch : batches) {
      ms += slowestOf(batch.hosts(), lastMs, slowest);
    }
    Duration whole = Duration.ofMillis(ms).plus(settings.pause().multipliedBy(batches.size() - 1L));
    boolean bakes = batches.getFirst().canary() && batches.size() > 1;
    return bakes ? whole.plus(settings.bake()) : whole;
  }

  private static long slowestOf(List<Host> hosts, Map<String, Long> lastMs, long unknown) {
    return hosts.stream()
        .mapToLong(host -> lastMs.getOrDefault(host.id(), unknown))
        .max()
        .orElse(0);
  }
}
