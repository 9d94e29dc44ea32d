package dev.deployctl.output.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.event.InspectionEvents.TrafficRelease;
import dev.deployctl.event.OtherFields;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.rollout.outcome.Release;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The requests of an app, by host and release. */
class TrafficTableTest {
  private final List<Host> hosts = Fixtures.hosts(5);

  private static TrafficRelease traffic(
      Release release, String since, @Nullable Requests requests, @Nullable String unknown) {
    return new TrafficRelease(
        1,
        String.valueOf(release.id()),
        String.valueOf(release.digest()),
        String.valueOf(release.tag()),
        since,
        "2026-11-23T03:30:00.000Z",
        requests,
        unknown,
        OtherFields.NONE);
  }

  private static HostResult answers(Host host, HostEvent... events) {
    return new HostResult.Answered(host, List.of(events));
  }

  private List<HostResult> fleet() {
    String begin = "2026-11-23T02:30:00.000Z";
    String change = "2026-11-23T03:04:14.000Z";
    return List.of(
        answers(
            hosts.get(0),
            traffic(Fixtures.V2, change, new Requests(123456, 9876, 12L, 80L, 1546), null),
            traffic(Fixtures.V1, begin, new Requests(140211, 3, 11L, 61L, 2054), null)),
        answers(
            hosts.get(1),
            traffic(Fixtures.V1, begin, new Requests(260788, 0, 11L, 58L, 3600), null)),
        answers(
            hosts.get(2),
            traffic(
                Fixtures.V2,
                change,
                null,
                "the access log does not reach back to the beginning of this time: it was"
                    + " truncated, or its rotated part was not found")),
        answers(hosts.get(3)),
        new HostResult.Unreachable(
            hosts.get(4), "connection refused", "is sshd running there?", false));
  }

  @Test
  void everyReleaseHasASentenceAndEveryHostARow() {
    Golden.everyLook(
        "traffic",
        (out, t) -> new TrafficTable(out, t).print(Fixtures.BLOG, Duration.ofHours(1), fleet()));
    StringWriter json = new StringWriter();
    new JsonReport(
            new PrintWriter(json),
            Clock.fixed(Instant.parse("2026-11-23T03:30:05.123Z"), ZoneOffset.UTC))
        .traffic(fleet());
    Golden.check("traffic-json", json.toString());
  }

  @Test
  void oneFailureOfManyRequestsIsNeverShownAsNone() {
    List<HostResult> answers =
        List.of(
            answers(
                hosts.getFirst(),
                traffic(
                    Fixtures.V2,
                    "2026-11-23T02:30:00.000Z",
                    new Requests(1_000_000, 1, 5L, 9L, 3600),
                    null)));
    assertThat(
            Golden.print(
                (out, t) ->
                    new TrafficTable(out, t).print(Fixtures.BLOG, Duration.ofHours(1), answers),
                Terminal.plain(true)))
        .contains("1 (<0.1%) answered with 5xx");
  }
}
