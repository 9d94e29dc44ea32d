package dev.deployctl.output.tables;

import dev.deployctl.event.InspectionEvents.TimelineEntry;
import dev.deployctl.event.InspectionEvents.TimelineMissing;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.overview.FleetTimeline;
import dev.deployctl.overview.FleetTimeline.Line;
import dev.deployctl.overview.Moment;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what happened around a moment: what stands out, then everything in the order of time. */
public final class TimelineTable {
  private static final int SHOWN_FIRST = 3;

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final Page page;
  private final Moment moment;

  public TimelineTable(PrintWriter out, Terminal terminal, Moment moment) {
    this.page = new Page(out, terminal);
    this.moment = moment;
  }

  /** One thing that happened at the same time, in the same words, on some hosts. */
  private record Row(Instant at, TimelineEntry entry, List<Host> hosts) {}

  /**
   * Prints the timeline.
   *
   * @param untilNow whether the period ends now, before its end
   */
  public void print(App app, Duration around, boolean untilNow, FleetTimeline timeline) {
    HostNames names = new HostNames(timeline.answers().stream().map(HostResult::host).toList());
    List<Row> rows = rows(timeline);
    heading(app, around, untilNow, timeline);
    if (!rows.isEmpty()) {
      standsOut(rows, names);
      page.blank();
      rows(rows, names);
    }
    unknown(timeline, names);
    page.flush();
  }

  private void heading(App app, Duration around, boolean untilNow, FleetTimeline timeline) {
    ZoneId zone = moment.zone();
    String at = DAY.format(moment.in(moment.at())) + " " + zone;
    String utc =
        isUtc(zone) ? "" : " (" + TIME.format(moment.at().atZone(ZoneOffset.UTC)) + " UTC)";
    String span = Durations.text(around);
    page.words(
        page.line(),
        app
            + " around "
            + at
            + utc
            + ": "
            + (untilNow ? span + " before, until now" : span + " before and after")
            + ", on "
            + Wording.count(timeline.answers().size(), "host")
            + "; times are "
            + zone);
    if (timeline.lines().isEmpty()) {
      long answered =
          timeline.answers().stream().filter(HostResult.Answered.class::isInstance).count();
      page.words(
          page.line(),
          answered == 0
              ? "No host answered."
              : "Nothing is recorded in this time on the "
                  + Wording.count(answered, "host")
                  + " that answered.");
    }
  }

  private static boolean isUtc(ZoneId zone) {
    return zone.normalized().equals(ZoneOffset.UTC);
  }

  /** Prints the entries that explain most, those nearest to the moment first. */
  private void standsOut(List<Row> rows, HostNames names) {
    List<Row> most =
        rows.stream()
            .filter(row -> FleetTimeline.weight(row.entry()) > 0)
            .sorted(
                Comparator.comparingInt((Row row) -> -FleetTimeline.weight(row.entry()))
                    .thenComparing(row -> Duration.between(row.at(), moment.at()).abs()))
            .limit(SHOWN_FIRST)
            .toList();
    if (most.isEmpty()) {
      page.words(page.line(), "Nothing stands out: no failure, no end of a container, no 5xx.");
      return;
    }
    page.print(page.line("What stands out:"));
    most.forEach(row -> row(row, names));
  }

  private void rows(List<Row> rows, HostNames names) {
    boolean marked = false;
    for (Row row : rows) {
      if (!marked && row.at().isAfter(moment.at())) {
        mark();
        marked = true;
      }
      row(row, names);
    }
    if (!marked) {
      mark();
    }
  }

  private void mark() {
    page.print(
        page.line()
            .add(
                Colour.FAINT,
                TIME.format(moment.in(moment.at())) + "  -------- the time that was asked for"));
  }

  private void row(Row row, HostNames names) {
    Colour colour = FleetTimeline.weight(row.entry()) > 2 ? Colour.BAD : Colour.PLAIN;
    page.words(
        page.line(TIME.format(moment.in(row.at())) + "  ")
            .add(Colour.BUSY, names.of(row.hosts()))
            .add("  "),
        colour,
        row.entry().text());
  }

  /** Joins what several hosts tell in the same words at the same second. */
  private static List<Row> rows(FleetTimeline timeline) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Line line : timeline.lines()) {
      Instant at = HostClock.instant(line.entry().ts());
      if (at != null) {
        rows.computeIfAbsent(
                at.getEpochSecond() + " " + line.entry().text(),
                _ -> new Row(at, line.entry(), new ArrayList<>()))
            .hosts()
            .add(line.host());
      }
    }
    List<Host> order = timeline.answers().stream().map(HostResult::host).toList();
    rows.values().forEach(row -> row.hosts().sort(Comparator.comparingInt(order::indexOf)));
    return List.copyOf(rows.values());
  }

  /** Says what is not known: hosts that did not answer, and sources that did not tell. */
  private void unknown(FleetTimeline timeline, HostNames names) {
    Map<String, List<Host>> missing = new LinkedHashMap<>();
    for (HostResult answer : timeline.answers()) {
      String problem = answer.problem();
      if (problem != null) {
        missing.computeIfAbsent("no answer: " + problem, _ -> new ArrayList<>()).add(answer.host());
      }
      if (answer instanceof HostResult.Answered done) {
        for (TimelineMissing one : done.events(TimelineMissing.class)) {
          missing
              .computeIfAbsent(one.source() + ": " + one.reason(), _ -> new ArrayList<>())
              .add(done.host());
        }
        if (done.clock().isOff()) {
          missing
              .computeIfAbsent(Wording.clock(done.clock()), _ -> new ArrayList<>())
              .add(done.host());
        }
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    page.blank();
    page.print(page.line("Not known:"));
    missing.forEach(
        (reason, hosts) ->
            page.words(
                page.line(" ").add(Colour.WARN, "! ").add(names.of(hosts)).add("  "), reason));
  }
}
