package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostValues;
import dev.deployctl.event.OtherFields;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The requests around the switch of a host are part of its outcome. */
class ReceiptTest {
  @Test
  void outcomeOfAHostHasWhatItReported() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD, Behavior.GOOD);
    fixture.host(1).receipt = told(120L, 2L, new HostValues.RequestCount(110, 1), 3, null);
    fixture.host(2).receipt = told(null, null, null, 1, "there is no access log");
    RolloutOutcome outcome = fixture.rollOut(settings("1", "1", 0));
    assertThat(receipt(outcome, 0)).isEqualTo(new Receipt(120, 2, 110L, 1L, 3, null));
    assertThat(receipt(outcome, 1)).isEqualTo(Receipt.unknown(1, "there is no access log"));
    assertThat(receipt(outcome, 2)).isNull();
  }

  @Test
  void countThatIsMissingIsNeverZero() {
    Receipt receipt = Receipt.of(told(120L, null, null, 0, null));
    assertThat(receipt.known()).isFalse();
    assertThat(Receipt.of(told(5L, 0L, null, 0, null)).requestsBefore()).isNull();
  }

  private static TransactionEvents.Receipt told(
      @Nullable Long requests,
      @Nullable Long failures,
      HostValues.@Nullable RequestCount before,
      int cut,
      @Nullable String unknown) {
    return new TransactionEvents.Receipt(
        0, requests, failures, before, cut, unknown, OtherFields.NONE);
  }

  private static @Nullable Receipt receipt(RolloutOutcome outcome, int host) {
    return ((HostOutcome.Updated) outcome.hosts().get(host)).receipt();
  }
}
