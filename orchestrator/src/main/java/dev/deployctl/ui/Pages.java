package dev.deployctl.ui;

import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.output.page.PageOutput;
import dev.deployctl.output.page.model.AppView;
import dev.deployctl.output.page.model.FleetView;
import dev.deployctl.output.page.template.JteAppGenerated;
import dev.deployctl.output.page.template.JteAskingGenerated;
import dev.deployctl.output.page.template.JteFleetGenerated;
import dev.deployctl.output.page.template.JteLogsGenerated;
import dev.deployctl.output.terminal.HostNames;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The pages by their paths: {@code /}, {@code /apps/NAME} and {@code /apps/NAME/logs}. */
@SuppressWarnings("NullAway") // JTE takes null for no interceptor of forms
final class Pages {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String APPS = "/apps/";
  private static final String LOGS = "/logs";

  private final FleetFacts facts;
  private final Clock clock;

  Pages(FleetFacts facts, Clock clock) {
    this.facts = facts;
    this.clock = clock;
  }

  boolean has(String path) {
    return path.equals("/") || facts.apps().contains(app(path));
  }

  /** Asks the hosts, and returns the page. */
  String html(String path) throws InterruptedException {
    PageOutput page = new PageOutput();
    String app = app(path);
    if (app.isEmpty()) {
      FleetView view = FleetModel.of(facts.overview());
      JteFleetGenerated.render(page, null, view, facts.apps(), now());
    } else if (path.endsWith(LOGS)) {
      FleetLogs.Collected logs = facts.logs(app);
      HostNames names = new HostNames(logs.answers().stream().map(HostResult::host).toList());
      List<AppView.LogLine> lines =
          logs.lines().stream().map(line -> AppModel.line(line, names)).toList();
      JteLogsGenerated.render(
          page, null, app, lines, FleetModel.problems(logs.answers(), names), facts.apps(), now());
    } else {
      JteAppGenerated.render(page, null, AppModel.of(app, facts.app(app)), facts.apps(), now());
    }
    return page.text();
  }

  /** Returns the page that is shown until the hosts have answered. */
  String asking(String path) {
    PageOutput page = new PageOutput();
    JteAskingGenerated.render(page, null, app(path));
    return page.text();
  }

  /** Returns the app that a path names; empty where it names none. */
  private static String app(String path) {
    if (!Objects.requireNonNull(path).startsWith(APPS)) {
      return "";
    }
    String name = path.substring(APPS.length());
    return name.endsWith(LOGS) ? name.substring(0, name.length() - LOGS.length()) : name;
  }

  private String now() {
    return CLOCK.format(clock.instant());
  }
}
