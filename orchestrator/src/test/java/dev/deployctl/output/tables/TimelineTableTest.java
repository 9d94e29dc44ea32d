package dev.deployctl.output.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.HostEvent;
import dev.deployctl.event.InspectionEvents.TimelineEntry;
import dev.deployctl.event.InspectionEvents.TimelineMissing;
import dev.deployctl.event.OtherFields;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.Fixtures;
import dev.deployctl.output.Golden;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.overview.FleetTimeline;
import dev.deployctl.overview.Moment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What happened around a moment, for people. */
class TimelineTableTest {
  private static final Moment MOMENT =
      new Moment(Instant.parse("2026-11-22T18:12:00Z"), ZoneId.of("Asia/Tokyo"));
  private static final String INSTANCE = "instance 1 of release 20261123-030405-3f9ac1";

  private final List<Host> hosts = Fixtures.hosts(4);

  private static TimelineEntry entry(String time, String kind, String text) {
    return entry(time, kind, text, null, null, false);
  }

  private static TimelineEntry entry(
      String time,
      String kind,
      String text,
      @Nullable String outcome,
      @Nullable Integer exit,
      boolean oom) {
    return new TimelineEntry(
        1, "2026-11-22T" + time + "Z", kind, text, outcome, exit, oom, 0, 0, OtherFields.NONE);
  }

  private List<HostResult> fleet() {
    HostEvent began = entry("18:04:05.100", "deploy", "deploy of v2 by alice began");
    HostEvent ended =
        entry("18:04:14.300", "deploy", "deploy succeeded after 9.2 s", "succeeded", null, false);
    return List.of(
        new HostResult.Answered(
            hosts.get(0),
            List.of(
                began,
                entry("18:04:13.000", "switch", "users were led to release 20261123-030405-3f9ac1"),
                ended,
                entry(
                    "18:11:58.004",
                    "oom",
                    "the kernel killed ruby (process 4711) in "
                        + INSTANCE
                        + ": its memory limit was reached",
                    null,
                    null,
                    true),
                entry(
                    "18:11:58.200",
                    "container",
                    INSTANCE + " ended: out of memory, killed by the kernel",
                    null,
                    137,
                    true),
                entry("18:12:00.000", "requests", "60 of 340 requests were answered with 5xx"),
                entry("18:12:03.000", "start", INSTANCE + " was started"))),
        new HostResult.Answered(
            hosts.get(1),
            List.of(
                entry("18:03:59.000", "lock", "locked by alice: \u001b[31mrollout r-7k2m"),
                began,
                entry(
                    "18:04:13.000",
                    "env",
                    "the environment of the new release differs: added FEATURE_X; changed"
                        + " DATABASE_URL"),
                ended,
                new TimelineMissing(
                    9,
                    "Docker events",
                    "the daemon keeps its last 256 events in memory, here since 2026-11-22 18:20:00"
                        + " UTC; of containers that are still there the last end is known",
                    OtherFields.NONE))),
        new HostResult.Answered(
            hosts.get(2),
            List.of(entry("18:22:00.000", "refused", "deploy by bob was refused: blog is locked")),
            new HostClock(Duration.ofMinutes(10), Duration.ofMinutes(10))),
        new HostResult.Unreachable(hosts.get(3), "connection refused", null, false));
  }

  @Test
  void whatStandsOutComesFirstAndThenEverythingByOneClock() {
    FleetTimeline timeline = FleetTimeline.of(fleet());

    Golden.everyLook(
        "why",
        (out, t) ->
            new TimelineTable(out, t, MOMENT)
                .print(Fixtures.BLOG, Duration.ofMinutes(10), false, timeline));
    StringWriter json = new StringWriter();
    new JsonReport(
            new PrintWriter(json),
            Clock.fixed(Instant.parse("2026-11-22T18:30:05.123Z"), ZoneOffset.UTC))
        .timeline(timeline);
    Golden.check("why-json", json.toString());
  }

  @Test
  void timesOfAHostWhoseClockIsWrongAreCorrected() {
    FleetTimeline timeline = FleetTimeline.of(fleet());

    assertThat(timeline.lines())
        .filteredOn(line -> line.entry().kind().equals("refused"))
        .singleElement()
        .satisfies(line -> assertThat(line.entry().ts()).isEqualTo("2026-11-22T18:12:00.000Z"));
  }

  @Test
  void nothingRecordedIsNotSaidOfHostsThatDidNotAnswer() {
    FleetTimeline silent =
        FleetTimeline.of(
            List.of(
                new HostResult.Answered(hosts.get(0), List.of()),
                new HostResult.Unreachable(hosts.get(1), "timed out", null, false)));
    FleetTimeline none =
        FleetTimeline.of(
            List.of(new HostResult.Unreachable(hosts.get(1), "timed out", null, false)));

    assertThat(printed(silent))
        .contains("Nothing is recorded in this time on the 1 host that answered.")
        .contains("! web-c1  no answer: timed out");
    assertThat(printed(none)).contains("No host answered.").doesNotContain("Nothing");
  }

  private static String printed(FleetTimeline timeline) {
    return Golden.print(
        (out, t) ->
            new TimelineTable(out, t, MOMENT)
                .print(Fixtures.BLOG, Duration.ofMinutes(10), true, timeline),
        Terminal.plain(true));
  }
}
