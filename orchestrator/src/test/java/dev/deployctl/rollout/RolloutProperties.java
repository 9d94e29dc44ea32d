package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Properties of every rollout, whatever the hosts do. */
class RolloutProperties {
  @Property(tries = 300)
  void whateverHappens(@ForAll(supplier = AnyFleet.Large.class) AnyFleet fleet) throws Exception {
    RolloutFixture fixture = fleet.fixture();
    Set<String> startedAfterBreach = new HashSet<>();
    boolean[] breached = new boolean[1];
    boolean[] takingBack = new boolean[1];
    fixture.also =
        event -> {
          switch (event) {
            case RolloutEvent.BudgetSpent spent -> breached[0] = true;
            case RolloutEvent.StageStarted stage ->
                takingBack[0] |= stage.stage() == RolloutEvent.Stage.ROLLBACK;
            case RolloutEvent.HostStarted started -> {
              if (breached[0] && !takingBack[0]) {
                startedAfterBreach.add(started.host().name());
              }
            }
            case RolloutEvent.BatchStarted started -> {
              if (breached[0]) {
                startedAfterBreach.add("batch " + started.number());
              }
            }
            default -> {}
          }
        };
    RolloutOutcome outcome = fixture.rollOut(fleet.settings());

    int largest = Math.max(fleet.canary(), fleet.batch());
    assertThat(fixture.fleet.mostDeploying).isLessThanOrEqualTo(largest);
    assertThat(startedAfterBreach).isEmpty();
    assertThat(outcome.hosts()).hasSize(fleet.hosts());
    assertThat(outcome.hosts().stream().map(host -> host.host().id()).distinct())
        .hasSize(fleet.hosts());
    long failedInBatches =
        outcome.hosts().stream()
            .filter(host -> host.failure() && fixture.fleet.of(host.host()).begun > 0)
            .count();
    assertThat(failedInBatches).isLessThanOrEqualTo(fleet.budget() + largest);
    for (HostOutcome host : outcome.hosts()) {
      SimulatedHost truth = fixture.fleet.of(host.host());
      assertThat(truth.begun).as("begun once at most").isLessThanOrEqualTo(1);
      if (truth.undone > 0) {
        assertThat(truth.begun).as("only a changed host is rolled back").isEqualTo(1);
        assertThat(fleet.onFailure()).isEqualTo(OnFailure.ROLLBACK);
      }
      if (truth.behavior != Behavior.DIES_AFTER_PREFLIGHT && truth.behavior != Behavior.DEAD) {
        assertThat(truth.lock).as("lock of " + host.host()).isNull();
      }
      switch (host) {
        case HostOutcome.Updated updated ->
            assertThat(truth.serving).isEqualTo(SimulatedFleet.WANTED);
        case HostOutcome.RolledBack back ->
            assertThat(truth.serving).isNotEqualTo(SimulatedFleet.WANTED);
        case HostOutcome.Untouched untouched -> assertThat(truth.begun).isZero();
        case HostOutcome.Failed failed ->
            assertThat(truth.serving).isNotEqualTo(SimulatedFleet.WANTED);
        case HostOutcome.Unreachable gone -> assertThat(truth.begun).isZero();
        case HostOutcome.Unknown unknown -> assertThat(truth.begun).isEqualTo(1);
        case HostOutcome.Held held -> throw new AssertionError("nothing was to be held: " + held);
        case HostOutcome.Terminated gone ->
            throw new AssertionError("the inventory lists all: " + gone);
        case HostOutcome.Skipped skipped -> assertThat(truth.begun).isZero();
        case HostOutcome.RollbackFailed failed ->
            assertThat(truth.behavior).isEqualTo(Behavior.DIES_AFTER_PREFLIGHT);
      }
    }
    if (outcome.ending() == RolloutOutcome.Ending.DONE) {
      assertThat(
              outcome.failures()
                  - outcome.hosts().stream()
                      .filter(host -> fixture.fleet.of(host.host()).behavior == Behavior.DEAD)
                      .count())
          .isLessThanOrEqualTo(fleet.budget());
    }
  }
}
