package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.AppState;
import dev.deployctl.event.HostValues.ProcessInstances;
import dev.deployctl.event.HostValues.Serving;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.report.ReleasesByHost;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.Release;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what runs on the fleet: one line for each host and app, then what is not healthy. */
public final class StatusTable {
  private final Page page;

  public StatusTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  public void print(List<HostResult> hosts) {
    HostNames names = new HostNames(hosts.stream().map(HostResult::host).toList());
    Map<String, ReleasesByHost> fleets = fleets(hosts);
    boolean several = fleets.size() > 1;
    Table table =
        new Table(
            page,
            "HOST",
            "ZONE",
            "APP",
            "STATE",
            "RELEASE",
            "IMAGE",
            "SINCE (UTC)",
            "BY",
            "INSTANCES",
            "CONNECTIONS",
            "PREVIOUS");
    for (HostResult host : hosts) {
      if (host.problem() != null) {
        row(table, names.of(host.host()), host.host().zone(), Colour.BAD, "no answer");
      } else if (apps(host).isEmpty()) {
        row(table, names.of(host.host()), host.host().zone(), Colour.FAINT, "not here");
      }
      for (Status status : apps(host)) {
        row(table, names.of(host.host()), host.host().zone(), several, status, fleets);
        processes(table, status);
      }
    }
    table.print("RELEASE", "PREVIOUS", "BY", "CONNECTIONS", "SINCE (UTC)", "ZONE");
    StatusRemarks remarks = new StatusRemarks(page, names, several);
    hosts.forEach(host -> remarks.print(host, apps(host)));
    fleets.forEach((app, fleet) -> mixed(app, fleet, names));
    new LiveSources(hosts).print(page, names);
    new AppliedCommits(hosts).print(page, names);
    totals(hosts);
    page.flush();
  }

  private void row(Table table, String name, String zone, Colour colour, String state) {
    Line none = page.line();
    table.row(
        page.line(name),
        page.line(zone),
        none,
        page.line().add(colour, state),
        none,
        none,
        none,
        none,
        none,
        none,
        none);
  }

  private void row(
      Table table,
      String name,
      String zone,
      boolean several,
      Status status,
      Map<String, ReleasesByHost> fleets) {
    Serving serving = status.serving();
    ReleasesByHost fleet = fleets.get(status.app());
    boolean odd = serving != null && fleet != null && fleet.odd(release(serving));
    table.row(
        page.line(name),
        page.line(zone),
        page.line(several ? status.app() : ""),
        page.line().add(colour(status.state()), status.state()),
        page.line(serving == null ? "-" : text(serving.release())),
        page.line(serving == null ? "" : image(serving)).add(Colour.WARN, odd ? " ≠" : ""),
        page.line(serving == null ? "" : Times.text(serving.since())),
        page.line(serving == null ? "" : text(serving.by())),
        page.line(status.wanted() == 0 ? "" : status.running() + "/" + status.wanted()),
        page.line(serving == null ? "" : String.valueOf(status.connections())),
        page.line(status.previous() == null ? "" : image(status.previous())));
  }

  /** A row for each process, below that of its host. */
  private void processes(Table table, Status status) {
    for (ProcessInstances process : status.processes()) {
      Line none = page.line();
      Colour colour = process.running() < process.wanted() ? Colour.WARN : Colour.PLAIN;
      table.row(
          page.line("  " + process.process()),
          none,
          none,
          none,
          none,
          none,
          none,
          none,
          page.line().add(colour, process.running() + "/" + process.wanted()),
          none,
          none);
    }
  }

  private void mixed(String app, ReleasesByHost fleet, HostNames names) {
    if (fleet.mixed()) {
      page.words(
          page.line(" ").add(Colour.WARN, "≠ " + app).add("  "),
          (fleet.releases() == 1 ? "1 release runs: " : fleet.releases() + " releases run: ")
              + fleet.sentence(names));
    }
  }

  private void totals(List<HostResult> hosts) {
    Map<String, Integer> states = new LinkedHashMap<>();
    for (HostResult host : hosts) {
      if (host.problem() != null) {
        states.merge("no answer", 1, Integer::sum);
      } else if (apps(host).isEmpty()) {
        states.merge("not here", 1, Integer::sum);
      }
      apps(host).forEach(status -> states.merge(status.state(), 1, Integer::sum));
    }
    List<String> parts = new ArrayList<>();
    states.forEach((state, number) -> parts.add(number + " " + state));
    page.print(
        page.line()
            .add(
                Colour.FAINT,
                Wording.count(hosts.size(), "host") + ": " + String.join(", ", parts)));
  }

  private static Map<String, ReleasesByHost> fleets(List<HostResult> hosts) {
    Map<String, List<Host>> holders = new LinkedHashMap<>();
    Map<String, Map<String, Release>> serving = new LinkedHashMap<>();
    for (HostResult host : hosts) {
      for (Status status : apps(host)) {
        holders.computeIfAbsent(status.app(), _ -> new ArrayList<>()).add(host.host());
        Release release = release(status.serving());
        var known = serving.computeIfAbsent(status.app(), _ -> new LinkedHashMap<>());
        if (release != null) {
          known.put(host.host().id(), release);
        }
      }
    }
    Map<String, ReleasesByHost> fleets = new LinkedHashMap<>();
    holders.forEach(
        (app, on) -> fleets.put(app, ReleasesByHost.of(on, serving.getOrDefault(app, Map.of()))));
    return fleets;
  }

  private static List<Status> apps(HostResult host) {
    return host instanceof HostResult.Answered answered ? answered.events(Status.class) : List.of();
  }

  private static @Nullable Release release(@Nullable Serving serving) {
    return serving == null ? null : Release.of(serving);
  }

  private static String image(Serving serving) {
    return Wording.release(release(serving));
  }

  private static String text(@Nullable String value) {
    return value == null ? "-" : value;
  }

  private static Colour colour(String state) {
    return switch (AppState.of(state)) {
      case OK -> Colour.GOOD;
      case DOWN -> Colour.BAD;
      case NONE -> Colour.FAINT;
      case DEGRADED, BUSY, MAINTENANCE, STOPPED, OTHER -> Colour.WARN;
    };
  }
}
