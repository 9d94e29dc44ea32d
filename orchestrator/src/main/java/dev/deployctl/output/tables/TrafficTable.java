package dev.deployctl.output.tables;

import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.event.InspectionEvents.TrafficRelease;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.Durations;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.overview.ReleaseTraffic;
import dev.deployctl.rollout.outcome.Release;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Prints the requests of an app: a sentence for each release, then a row for each host and release.
 */
public final class TrafficTable {
  private final Page page;

  public TrafficTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  public void print(App app, Duration since, List<HostResult> answers) {
    HostNames names = new HostNames(answers.stream().map(HostResult::host).toList());
    page.print(page.line(app + ", the last " + Durations.text(since) + ", by nginx's access logs"));
    totals(answers, names);
    Table table = new Table(page, "HOST", "RELEASE", "FROM (UTC)", "REQUESTS", "5XX", "P50", "P95");
    for (HostResult answer : answers) {
      rows(table, answer, names);
    }
    table.print("FROM (UTC)");
    answers.forEach(answer -> problems(answer, names));
    page.flush();
  }

  private void totals(List<HostResult> answers, HostNames names) {
    for (ReleaseTraffic one : ReleaseTraffic.of(answers)) {
      if (!one.hosts().isEmpty()) {
        page.words(page.line(Wording.label(one.release()) + ": "), sentence(one, names));
      }
    }
    page.blank();
  }

  private static String sentence(ReleaseTraffic traffic, HostNames names) {
    String text =
        "%s on %s, %s answered with 5xx"
            .formatted(
                number(traffic.requests(), "request"),
                Wording.count(traffic.hosts().size(), "host"),
                share(traffic.errors(), traffic.requests()));
    ReleaseTraffic.Part slowest = traffic.slowest();
    return slowest == null
        ? text
        : text
            + "; highest p95 "
            + milliseconds(Objects.requireNonNull(slowest.requests()).p95())
            + (traffic.hosts().size() > 1 ? " on " + names.of(slowest.host()) : "");
  }

  private void rows(Table table, HostResult answer, HostNames names) {
    String host = names.of(answer.host());
    Line none = page.line();
    List<TrafficRelease> releases = releases(answer);
    if (releases.isEmpty()) {
      String state = answer.problem() == null ? "nothing was live" : "not known";
      Colour colour = answer.problem() == null ? Colour.FAINT : Colour.BAD;
      table.row(page.line(host), page.line().add(colour, state), none, none, none, none, none);
    }
    for (TrafficRelease one : releases) {
      String from =
          answer instanceof HostResult.Answered done
              ? Times.text(done.clock().corrected(one.since()))
              : "";
      Requests part = one.requests();
      table.row(
          page.line(host),
          page.line(Wording.label(Release.of(one))),
          page.line(from),
          part == null
              ? page.line().add(Colour.BAD, "not known")
              : page.line(number(part.requests())),
          part == null ? none : errors(part),
          part == null ? none : page.line(milliseconds(part.p50())),
          part == null ? none : page.line(milliseconds(part.p95())));
    }
  }

  private static String milliseconds(@Nullable Long time) {
    return time == null ? "–" : time + " ms";
  }

  private Line errors(Requests part) {
    Colour colour = part.errors() > 0 ? Colour.WARN : Colour.PLAIN;
    return page.line().add(colour, share(part.errors(), part.requests()));
  }

  /** Says why something is not known of a host; its rows do not. */
  private void problems(HostResult answer, HostNames names) {
    List<String> reasons = new ArrayList<>();
    if (answer.problem() != null) {
      reasons.add(answer.problem());
    }
    releases(answer).stream()
        .map(TrafficRelease::unknown)
        .filter(reason -> reason != null)
        .distinct()
        .forEach(reasons::add);
    for (String reason : reasons) {
      page.words(page.line(" ").add(Colour.BAD, "✗ ").add(names.of(answer.host()) + "  "), reason);
    }
    String hint = answer.hint();
    if (hint != null) {
      page.words(page.line("     "), Colour.FAINT, hint);
    }
    if (answer instanceof HostResult.Answered done && done.clock().isOff()) {
      page.words(
          page.line(" ").add(Colour.WARN, "! ").add(names.of(answer.host()) + "  "),
          Wording.clock(done.clock()));
    }
  }

  private static List<TrafficRelease> releases(HostResult answer) {
    return answer instanceof HostResult.Answered done
        ? done.events(TrafficRelease.class)
        : List.of();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String number(long number, String noun) {
    return number(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** {@code 0}, {@code 12 (0.1%)}; a share is never rounded down to nothing. */
  private static String share(long errors, long requests) {
    if (errors == 0 || requests == 0) {
      return String.valueOf(errors);
    }
    double percent = 100.0 * errors / requests;
    String text = percent < 0.05 ? "<0.1" : String.format(Locale.ROOT, "%.1f", percent);
    return number(errors) + " (" + text + "%)";
  }
}
