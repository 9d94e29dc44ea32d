package dev.deployctl.rollout;

import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;

/** A fleet whose hosts do anything, and any settings of a rollout on it. */
record AnyFleet(
    List<Behavior> behavior,
    int canary,
    int batch,
    int budget,
    int maxUnreachable,
    OnFailure onFailure) {
  /** Fleets of up to 40 hosts. */
  static final class Large implements ArbitrarySupplier<AnyFleet> {
    @Override
    public Arbitrary<AnyFleet> get() {
      return fleets(40);
    }
  }

  /** Fleets of up to 20 hosts. */
  static final class Small implements ArbitrarySupplier<AnyFleet> {
    @Override
    public Arbitrary<AnyFleet> get() {
      return fleets(20);
    }
  }

  private static Arbitrary<AnyFleet> fleets(int hosts) {
    return Combinators.combine(
            Arbitraries.of(Behavior.class).list().ofMinSize(1).ofMaxSize(hosts),
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(1, hosts / 5),
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, hosts),
            Arbitraries.of(OnFailure.class))
        .as(AnyFleet::new);
  }

  RolloutFixture fixture() {
    return RolloutFixture.of(behavior);
  }

  RolloutSettings settings() {
    return RolloutFixture.with(
        RolloutFixture.settings(String.valueOf(canary), String.valueOf(batch), budget),
        onFailure,
        maxUnreachable);
  }

  int hosts() {
    return behavior.size();
  }
}
