package dev.deployctl.ui;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.output.page.model.FleetView;
import dev.deployctl.output.page.model.FleetView.AppRow;
import dev.deployctl.output.page.model.FleetView.Problem;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.report.ReleasesByHost;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.overview.AppSummary;
import dev.deployctl.overview.AppsOverview;
import dev.deployctl.overview.Attention;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** Turns the overview of all apps into what its page shows. */
final class FleetModel {
  private FleetModel() {}

  static FleetView of(AppsOverview overview) {
    HostNames names = new HostNames(overview.answers().stream().map(HostResult::host).toList());
    List<String> others = new ArrayList<>();
    new TreeMap<>(overview.others())
        .forEach(
            (app, hosts) ->
                others.add(
                    app
                        + " also runs on "
                        + names.of(hosts)
                        + ", where the configuration does not have it."));
    long odd = overview.apps().stream().filter(app -> app.state() != Attention.OK).count();
    boolean urgent = overview.apps().stream().anyMatch(app -> app.state().isUrgent());
    Tone calm = odd == 0 ? Tone.GOOD : Tone.WARN;
    return new FleetView(
        urgent ? Tone.BAD : calm,
        sentence(overview, odd),
        overview.apps().stream().map(app -> row(app, names)).toList(),
        problems(overview.answers(), names),
        others);
  }

  private static String sentence(AppsOverview overview, long odd) {
    String all =
        Wording.count(overview.apps().size(), "app")
            + " on "
            + Wording.count(overview.answers().size(), "host");
    return odd == 0
        ? all + ", all as recorded."
        : odd + " of " + all + (odd == 1 ? " needs" : " need") + " attention.";
  }

  private static AppRow row(AppSummary app, HostNames names) {
    return new AppRow(
        app.app(),
        "/apps/" + app.app(),
        tone(app.state()),
        app.state().toString(),
        app.healthy() + " of " + app.hosts().size(),
        releases(app, names),
        app.remarks().stream()
            .map(remark -> names.of(remark.hosts()) + ": " + remark.text())
            .toList());
  }

  private static String releases(AppSummary app, HostNames names) {
    ReleasesByHost fleet = ReleasesByHost.of(app.knowing(), app.serving());
    Release only = fleet.only();
    return fleet.mixed() || only == null ? fleet.sentence(names) : Wording.release(only);
  }

  static Tone tone(Attention state) {
    if (state == Attention.OK) {
      return Tone.GOOD;
    }
    return state.isUrgent() ? Tone.BAD : Tone.WARN;
  }

  static List<Problem> problems(List<HostResult> answers, HostNames names) {
    List<Problem> problems = new ArrayList<>();
    for (HostResult answer : answers) {
      String problem = answer.problem();
      if (problem != null) {
        problems.add(
            new Problem(
                names.of(answer.host()), problem, Objects.requireNonNullElse(answer.hint(), "")));
      }
    }
    return problems;
  }
}
