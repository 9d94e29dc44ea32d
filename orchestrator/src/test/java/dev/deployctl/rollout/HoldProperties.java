package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.OutcomeKind;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Properties of every hold and of the promote after it, whatever the hosts do. */
class HoldProperties {
  @Property(tries = 200)
  void whateverHappens(@ForAll(supplier = AnyFleet.Small.class) AnyFleet fleet) throws Exception {
    RolloutFixture fixture = fleet.fixture();

    RolloutOutcome held = fixture.hold(fleet.settings());

    int first = fleet.canary() == 0 ? fleet.batch() : fleet.canary();
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.serving).as("nobody is switched").isNotEqualTo(SimulatedFleet.WANTED);
              assertThat(host.undone).as("nothing is rolled back").isZero();
            });
    assertThat(fixture.fleet.mostDeploying).isLessThanOrEqualTo(first);
    assertThat(held.hosts()).hasSize(fleet.hosts()).noneMatch(HostOutcome::changed);
    long holders = held.hosts().stream().filter(host -> host.kind() == OutcomeKind.HELD).count();
    if (held.ending() == Ending.HELD) {
      assertThat(holders).isBetween(1L, (long) first);
    } else {
      assertThat(holders).as(held.ending() + " " + held.notes() + held.hosts()).isZero();
    }
    for (HostOutcome host : held.hosts()) {
      if (host.kind() == OutcomeKind.HELD) {
        assertThat(fixture.fleet.of(host.host()).held).isEqualTo(held.id().value());
      }
    }
    if (held.ending() == Ending.HELD) {
      promote(fixture.afresh(), fleet.settings());
    }
  }

  private static void promote(RolloutFixture fixture, RolloutSettings settings) throws Exception {
    RolloutOutcome outcome = fixture.promote(settings);

    for (HostOutcome host : outcome.hosts()) {
      SimulatedHost truth = fixture.fleet.of(host.host());
      assertThat(truth.promoted).as("promoted once at most").isLessThanOrEqualTo(1);
      switch (host) {
        case HostOutcome.Updated _ -> {
          assertThat(truth.serving).isEqualTo(SimulatedFleet.WANTED);
          assertThat(truth.held).isNull();
        }
        case HostOutcome.Held _ -> throw new AssertionError("a promote holds nothing");
        case HostOutcome.Untouched _ ->
            assertThat(truth.serving).isNotEqualTo(SimulatedFleet.WANTED);
        default -> {}
      }
    }
  }
}
