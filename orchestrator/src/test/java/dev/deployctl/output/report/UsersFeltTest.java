package dev.deployctl.output.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The line of the summary about the requests around the switches. */
class UsersFeltTest {
  private final List<Host> hosts = Fixtures.hosts(4);

  @Test
  void countsOfAllHostsAreAddedUp() {
    assertThat(
            line(
                new Receipt(12_000, 0, 11_000L, 3L, 0, null),
                new Receipt(345, 0, 300L, 0L, 0, null)))
        .hasValue("12,345 requests during the switches, 0 failed; 0 connections cut");
  }

  @Test
  void failuresAreComparedWithTheTimeBefore() {
    assertThat(line(new Receipt(1000, 2, 900L, 1L, 3, null)))
        .hasValue(
            "1,000 requests during the switch, 2 failed (in as long before: 1 of 900);"
                + " 3 connections cut");
  }

  @Test
  void failuresAreNotComparedWithWhatIsNotKnown() {
    assertThat(
            line(new Receipt(1000, 2, null, null, 0, null), new Receipt(10, 0, 10L, 0L, 0, null)))
        .hasValue("1,010 requests during the switches, 2 failed; 0 connections cut");
  }

  @Test
  void hostsThatDoNotKnowAreNamedAndNeverCountedAsZero() {
    assertThat(
            line(
                new Receipt(10, 0, 10L, 0L, 0, null),
                Receipt.unknown(1, "the clock was set"),
                Receipt.unknown(0, "the clock was set")))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("10 requests during the switches, 0 failed; 1 connection cut;")
                    .matches(".*; requests not known on .*, .*: the clock was set"));
    assertThat(line(Receipt.unknown(0, "there is no log")))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .doesNotContain("failed")
                    .contains("not known on")
                    .endsWith("there is no log"));
  }

  @Test
  void hostsWithoutReceiptSayNothing() {
    assertThat(line((Receipt) null)).isEmpty();
  }

  private Optional<String> line(@Nullable Receipt... receipts) {
    List<HostOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < receipts.length; i++) {
      outcomes.add(
          new HostOutcome.Updated(
              hosts.get(i),
              Fixtures.V1,
              Fixtures.V2,
              Duration.ofSeconds(9),
              0,
              List.of(),
              receipts[i]));
    }
    return UsersFelt.of(
        Fixtures.outcome(Ending.DONE, Fixtures.V2, outcomes),
        new HostNames(outcomes.stream().map(HostOutcome::host).toList()));
  }
}
