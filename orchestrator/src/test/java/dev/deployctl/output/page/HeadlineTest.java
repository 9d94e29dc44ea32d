package dev.deployctl.output.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.output.Fixtures;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first sentence of a report. */
class HeadlineTest {
  // NullAway does not find the annotation of a nested type in a class file.
  @SuppressWarnings("NullAway")
  private static RolloutOutcome outcome(Ending ending, GateResult... gates) {
    RolloutOutcome some =
        Fixtures.outcome(
            ending, Fixtures.V2, List.of(Fixtures.untouched(Fixtures.hosts(1).getFirst())));
    return new RolloutOutcome(
        some.id(),
        some.app(),
        ending,
        some.wanted(),
        some.hosts(),
        some.maxFailures(),
        some.took(),
        List.of(),
        null,
        null,
        null,
        List.of(gates),
        null);
  }

  @Test
  void aGateThatDidNotPassIsNamed() {
    GateResult smoke =
        new GateResult(
            "smoke test", "command", "canary", false, "exit code 1", Duration.ofSeconds(2));

    assertThat(Headline.of(outcome(Ending.GATE_FAILED, smoke), "rollout").sentence())
        .startsWith("The gate smoke test did not pass.");
    assertThat(Headline.of(outcome(Ending.ROLLED_BACK, smoke), "rollout").sentence())
        .startsWith("The gate smoke test did not pass.");
  }

  @Test
  void withoutAGateItWasTheWatchOfTheCanary() {
    assertThat(Headline.of(outcome(Ending.ROLLED_BACK), "rollout").sentence())
        .startsWith("The first hosts did not do well with the new release.");
  }
}
