package dev.deployctl.ui;

import dev.deployctl.event.AnswerEvents.LogLine;
import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.AppState;
import dev.deployctl.event.HostValues.ScheduledRun;
import dev.deployctl.event.HostValues.Serving;
import dev.deployctl.event.OneOffEvents.Schedule;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.output.page.model.AppView;
import dev.deployctl.output.page.model.AppView.HostRow;
import dev.deployctl.output.page.model.AppView.ScheduleRow;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.report.ReleasesByHost;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.overview.AppSummary;
import dev.deployctl.overview.AppsOverview;
import dev.deployctl.overview.Attention;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the answers of an app's hosts into what its page shows. */
final class AppModel {
  /** Remarks that the page shows as the change in progress, or among hosts without an answer. */
  private static final Set<Attention> SHOWN_ELSEWHERE =
      EnumSet.of(Attention.NO_ANSWER, Attention.LOCKED, Attention.BUSY);

  private final String app;
  private final FleetFacts.AppAnswers answers;
  private final HostNames names;

  private AppModel(String app, FleetFacts.AppAnswers answers) {
    this.app = app;
    this.answers = answers;
    this.names = new HostNames(answers.status().stream().map(HostResult::host).toList());
  }

  static AppView of(String app, FleetFacts.AppAnswers answers) {
    return new AppModel(app, answers).view();
  }

  private AppView view() {
    return new AppView(
        app,
        RunningModel.of(answers.status(), names),
        remarks(),
        answers.status().stream().map(this::host).toList(),
        DriftModel.of(answers.status(), names),
        TrafficModel.releases(answers.traffic(), names),
        TrafficModel.hosts(answers.traffic(), names),
        TrafficModel.unknown(answers.traffic(), names),
        new HistoryModel(names).acts(answers.history()),
        schedules(),
        FleetModel.problems(answers.status(), names));
  }

  private List<String> remarks() {
    AppSummary summary =
        AppsOverview.of(
                Map.of(app, answers.status().stream().map(HostResult::host).toList()),
                answers.status())
            .apps()
            .getFirst();
    Set<String> sentences = new LinkedHashSet<>();
    ReleasesByHost fleet = ReleasesByHost.of(summary.knowing(), summary.serving());
    if (fleet.mixed()) {
      sentences.add(fleet.releases() + " releases run: " + fleet.sentence(names));
    }
    summary.remarks().stream()
        .filter(remark -> !SHOWN_ELSEWHERE.contains(remark.state()))
        .forEach(remark -> sentences.add(names.of(remark.hosts()) + ": " + remark.text()));
    return List.copyOf(sentences);
  }

  private HostRow host(HostResult answer) {
    Status status = status(answer);
    String name = names.of(answer.host());
    String zone = answer.host().zone();
    if (status == null) {
      boolean silent = answer.problem() != null;
      return new HostRow(
          name,
          zone,
          silent ? Tone.BAD : Tone.NEUTRAL,
          silent ? "no answer" : "not here",
          "",
          "",
          "",
          "",
          "",
          "");
    }
    Serving serving = status.serving();
    Serving previous = status.previous();
    return new HostRow(
        name,
        zone,
        tone(status),
        status.state(),
        serving == null ? "nothing" : Wording.release(Release.of(serving)),
        serving == null ? "" : Times.text(serving.since()),
        serving == null ? "" : Objects.requireNonNullElse(serving.by(), ""),
        status.wanted() == 0 ? "" : status.running() + " of " + status.wanted(),
        serving == null ? "" : String.valueOf(status.connections()),
        previous == null ? "" : Wording.label(Release.of(previous)));
  }

  private static Tone tone(Status status) {
    AppState state = AppState.of(status.state());
    if (state == AppState.OK) {
      return Tone.GOOD;
    }
    return state.failed() ? Tone.BAD : Tone.WARN;
  }

  static @Nullable Status status(HostResult answer) {
    return answer instanceof HostResult.Answered done ? done.status() : null;
  }

  private List<ScheduleRow> schedules() {
    List<ScheduleRow> rows = new ArrayList<>();
    for (HostResult answer : answers.schedules()) {
      if (answer instanceof HostResult.Answered done) {
        done.events(Schedule.class).stream()
            .filter(schedule -> schedule.here() || schedule.problem() != null)
            .map(schedule -> row(names.of(answer.host()), schedule))
            .forEach(rows::add);
      }
    }
    return rows;
  }

  private static ScheduleRow row(String host, Schedule schedule) {
    ScheduledRun last = schedule.last();
    String problem = schedule.problem();
    String outcome =
        last == null ? "has not run here" : Objects.requireNonNullElse(last.outcome(), "runs");
    boolean good = last == null || last.outcome() == null || outcome.equals("succeeded");
    return new ScheduleRow(
        schedule.schedule(),
        host,
        schedule.next() == null ? "not due" : Times.text(schedule.next()),
        last == null ? "" : Times.text(last.ts()),
        problem == null && good ? Tone.NEUTRAL : Tone.BAD,
        problem == null ? outcome : problem);
  }

  /** Returns a line of a log as the page shows it. */
  static AppView.LogLine line(FleetLogs.Line line, HostNames names) {
    LogLine said = line.line();
    String process = said.process();
    return new AppView.LogLine(
        Times.text(said.ts()),
        names.of(line.host()),
        process == null ? "" : process,
        said.line(),
        said.stream().equals("stderr"));
  }
}
