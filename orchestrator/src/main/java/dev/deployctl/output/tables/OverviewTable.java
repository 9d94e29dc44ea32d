package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.HostValues.Drained;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.output.report.ReleasesByHost;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Columns;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.overview.AppSummary;
import dev.deployctl.overview.AppSummary.Remark;
import dev.deployctl.overview.AppsOverview;
import dev.deployctl.overview.Attention;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints all apps, one row each, what needs attention at the top with the reasons below it. */
public final class OverviewTable {
  /** More reasons than these are in the status of the app alone. */
  private static final int REASONS = 4;

  private static final int MARK = 3;

  /** The hosts on which an app runs as recorded, of all its hosts: fits {@code 99/99}. */
  private static final String OK = "OK ON";

  private final Page page;

  public OverviewTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  /**
   * Prints the apps, then the hosts that gave no answer or are drained, then totals.
   *
   * @param missing the parts of the inventory that did not answer
   */
  public void print(AppsOverview overview, List<HostList.Missing> missing) {
    HostNames names = new HostNames(overview.answers().stream().map(HostResult::host).toList());
    int app = widest(overview, "APP", false);
    int state = widest(overview, "STATE", true);
    heading(app, state);
    for (AppSummary summary : overview.apps()) {
      row(summary, app, state, names);
    }
    if (!missing.isEmpty() || overview.answers().stream().anyMatch(OverviewTable::isRemarkable)) {
      page.blank();
    }
    overview.answers().forEach(answer -> host(answer, names));
    missing.forEach(part -> page.words(page.line(" ").add(Colour.BAD, "✗ "), part.warning()));
    new TreeMap<>(overview.others())
        .forEach(
            (other, hosts) ->
                page.words(
                    page.line("   "),
                    Colour.FAINT,
                    other
                        + " also runs on "
                        + names.of(hosts)
                        + ", where this configuration does not have it"));
    totals(overview);
    page.flush();
  }

  private static int widest(AppsOverview overview, String heading, boolean state) {
    return overview.apps().stream()
        .mapToInt(one -> Columns.of(state ? one.state().toString() : one.app()))
        .reduce(heading.length(), Math::max);
  }

  private void heading(int app, int state) {
    Line line = page.line().to(MARK).add(Colour.FAINT, "APP").to(MARK + app + 2);
    line.add(Colour.FAINT, "STATE").to(MARK + app + state + 4);
    page.print(line.add(Colour.FAINT, OK).to(line.width() + 2).add(Colour.FAINT, "RELEASE"));
  }

  private void row(AppSummary summary, int app, int state, HostNames names) {
    Colour colour = colour(summary.state());
    Line line =
        page.line(" ")
            .add(colour, mark(summary.state()))
            .to(MARK)
            .add(summary.app())
            .to(MARK + app + 2)
            .add(colour, summary.state().toString())
            .to(MARK + app + state + 4)
            .add(summary.healthy() + "/" + summary.hosts().size())
            .to(MARK + app + state + OK.length() + 6);
    page.words(line, releases(summary, names));
    List<Remark> remarks = summary.remarks();
    remarks.stream().limit(REASONS).forEach(remark -> remark(remark, names));
    if (remarks.size() > REASONS) {
      page.words(
          page.line("     "),
          Colour.FAINT,
          "and " + (remarks.size() - REASONS) + " more: deployctl status " + summary.app());
    }
  }

  private void remark(Remark remark, HostNames names) {
    Line line = page.line("     ").add(names.of(remark.hosts())).add("  ");
    page.words(line, remark.text());
  }

  private static String releases(AppSummary summary, HostNames names) {
    ReleasesByHost releases = ReleasesByHost.of(summary.knowing(), summary.serving());
    if (summary.serving().isEmpty()) {
      return "-";
    }
    if (!releases.mixed()) {
      return Wording.label(releases.only());
    }
    return releases.sentence(names);
  }

  /** Prints what concerns a host as a whole: no answer, or a drain. */
  private void host(HostResult answer, HostNames names) {
    String problem = answer.problem();
    if (problem != null) {
      page.words(page.line(" ").add(Colour.BAD, "✗ ").add(names.of(answer.host()) + "  "), problem);
      String hint = answer.hint();
      if (hint != null) {
        page.words(page.line("     "), Colour.FAINT, hint);
      }
    }
    Drained drained = drained(answer);
    if (drained != null) {
      page.words(
          page.line(" ").add(Colour.WARN, "! ").add(names.of(answer.host()) + "  "),
          DrainLog.text(drained) + ": load balancers send it no requests");
    }
  }

  private static boolean isRemarkable(HostResult answer) {
    return answer.problem() != null || drained(answer) != null;
  }

  /** Returns since when a host is drained, which it tells with each of its apps. */
  private static @Nullable Drained drained(HostResult answer) {
    List<Status> apps =
        answer instanceof HostResult.Answered done ? done.events(Status.class) : List.of();
    return apps.isEmpty() ? null : apps.getFirst().drained();
  }

  private void totals(AppsOverview overview) {
    Map<Attention, Integer> states = new LinkedHashMap<>();
    overview.apps().forEach(one -> states.merge(one.state(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    states.forEach((state, number) -> parts.add(number + " " + state));
    page.words(
        page.line(),
        Colour.FAINT,
        Wording.count(overview.apps().size(), "app")
            + " on "
            + Wording.count(overview.answers().size(), "host")
            + ": "
            + String.join(", ", parts)
            + "; deployctl status APP shows each host");
  }

  private static String mark(Attention state) {
    if (state == Attention.OK) {
      return "✓";
    }
    return state.isUrgent() ? "✗" : "!";
  }

  private static Colour colour(Attention state) {
    if (state == Attention.OK) {
      return Colour.GOOD;
    }
    return state.isUrgent() ? Colour.BAD : Colour.WARN;
  }
}
