package dev.deployctl.model;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The order, size and limits of the batches of a rollout.
 *
 * @param canary hosts of the first batch, 0 for no canary
 * @param batchSizes sizes of the batches that follow, the last one repeated until no host is left
 * @param pause between batches
 * @param maxFailures failed hosts that are tolerated over the whole rollout; one more ends it
 * @param maxUnreachable hosts that may be unreachable at the preflight: they are left out and
 *     named. A host that is lost later counts as a failure
 * @param parallelism hosts that are talked to at once outside batches (preflight, pull)
 * @param zones how batches are laid over availability zones
 * @param bake how long to watch the canary before going on
 * @param gates what must be true before the rollout continues after a batch, asked in this order
 */
public record RolloutSettings(
    Amount canary,
    List<Amount> batchSizes,
    Duration pause,
    Duration bake,
    Amount maxFailures,
    Amount maxUnreachable,
    OnFailure onFailure,
    int parallelism,
    ZoneOrder zones,
    List<Gate> gates) {
  public RolloutSettings {
    Objects.requireNonNull(canary);
    batchSizes = List.copyOf(batchSizes);
    if (batchSizes.isEmpty()) {
      throw new DeployException(FailureKind.USAGE, "a rollout needs a batch size", null);
    }
    Objects.requireNonNull(pause);
    Objects.requireNonNull(bake);
    Objects.requireNonNull(maxFailures);
    Objects.requireNonNull(maxUnreachable);
    Objects.requireNonNull(onFailure);
    Objects.requireNonNull(zones);
    gates = List.copyOf(gates);
  }

  /** Settings without gates. */
  public RolloutSettings(
      Amount canary,
      List<Amount> batchSizes,
      Duration pause,
      Duration bake,
      Amount maxFailures,
      Amount maxUnreachable,
      OnFailure onFailure,
      int parallelism,
      ZoneOrder zones) {
    this(
        canary,
        batchSizes,
        pause,
        bake,
        maxFailures,
        maxUnreachable,
        onFailure,
        parallelism,
        zones,
        List.of());
  }

  /** One canary, then a quarter at a time; no failure is tolerated. */
  public static RolloutSettings defaults() {
    return new RolloutSettings(
        new Amount.Count(1),
        List.of(new Amount.Percent(25)),
        Duration.ZERO,
        Duration.ZERO,
        new Amount.Count(0),
        new Amount.Count(0),
        OnFailure.STOP,
        32,
        ZoneOrder.SPREAD);
  }
}
