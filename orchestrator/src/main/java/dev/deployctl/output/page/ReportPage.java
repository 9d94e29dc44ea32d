package dev.deployctl.output.page;

import dev.deployctl.event.EnvChange;
import dev.deployctl.event.HostError;
import dev.deployctl.model.Durations;
import dev.deployctl.output.page.model.RolloutReport;
import dev.deployctl.output.page.model.RolloutReport.Batch;
import dev.deployctl.output.page.model.RolloutReport.Command;
import dev.deployctl.output.page.model.RolloutReport.EnvNames;
import dev.deployctl.output.page.model.RolloutReport.Failure;
import dev.deployctl.output.page.model.RolloutReport.Gate;
import dev.deployctl.output.page.model.RolloutReport.HostRow;
import dev.deployctl.output.page.model.RolloutReport.Item;
import dev.deployctl.output.page.model.Tone;
import dev.deployctl.output.page.template.JteReportGenerated;
import dev.deployctl.output.report.HoldSteps;
import dev.deployctl.output.report.Invocation;
import dev.deployctl.output.report.NextCommands;
import dev.deployctl.output.report.NextSteps;
import dev.deployctl.output.report.OutcomeSentence;
import dev.deployctl.output.report.OutcomeText;
import dev.deployctl.output.report.SameFailure;
import dev.deployctl.output.report.Tally;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.CanaryResult;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The report of a rollout as one HTML file that needs nothing else: no script, picture or font from
 * elsewhere. It is kept beside a build, or sent to those who ask what happened.
 */
public final class ReportPage {
  private final Invocation call;
  private final RolloutOutcome outcome;
  private final Recording recording;
  private final HostNames names;
  private final NextCommands commands;

  /**
   * @param call the command that ended
   * @param recording the events of the rollout
   */
  public ReportPage(Invocation call, RolloutOutcome outcome, Recording recording) {
    this.call = call;
    this.outcome = outcome;
    this.recording = recording;
    this.names = new HostNames(outcome.hosts().stream().map(HostOutcome::host).toList());
    this.commands = new NextCommands(outcome.app(), call, names);
  }

  /** Returns the file; {@code ended} is when the rollout ended. */
  public String html(Instant ended) {
    return rendered(model(ended));
  }

  @SuppressWarnings("NullAway") // no form is intercepted
  private static String rendered(RolloutReport report) {
    PageOutput page = new PageOutput();
    JteReportGenerated.render(page, null, report);
    return page.text();
  }

  private RolloutReport model(Instant ended) {
    Headline headline = Headline.of(outcome, call.command());
    List<Command> next = new ArrayList<>();
    NextSteps.Listener listener =
        (label, text, remark) -> next.add(new Command(label, text, remark));
    HoldSteps.find(outcome, commands, listener);
    new NextSteps(listener, names, commands, call.command()).find(outcome);
    RolloutPlan plan = recording.plan();
    return new RolloutReport(
        title(),
        headline.tone(),
        headline.verdict(),
        headline.sentence(),
        OutcomeSentence.of(outcome, names),
        Times.text(ended.toString()) + " UTC",
        Facts.of(outcome, names),
        next,
        notes(),
        SameFailure.among(outcome.hosts()).stream().map(this::failure).toList(),
        TimelineModel.of(recording.tracks(), names, outcome.hosts()),
        batches(),
        outcome.gates().stream().map(ReportPage::gate).toList(),
        CanaryModel.of(outcome.canary()),
        plan == null ? null : env(plan.env()),
        CommitsModel.of(outcome.source()),
        outcome.hosts().stream().map(host -> row(host, plan)).toList());
  }

  private String title() {
    String command = call.command();
    return Character.toUpperCase(command.charAt(0))
        + command.substring(1)
        + " of "
        + outcome.app()
        + (call.environment() == null ? "" : " in " + call.environment());
  }

  /** Returns the notes but that of the canary, which has a section of its own. */
  private List<String> notes() {
    CanaryResult canary = outcome.canary();
    return outcome.notes().stream()
        .filter(note -> canary == null || !note.equals(canary.text()))
        .toList();
  }

  private static Gate gate(GateResult gate) {
    return new Gate(
        gate.name(),
        gate.kind(),
        gate.after(),
        gate.passed() ? "✓ passed" : "✗ failed",
        gate.message(),
        Durations.text(gate.took()),
        gate.passed() ? Tone.GOOD : Tone.BAD);
  }

  private static @Nullable EnvNames env(@Nullable EnvChange env) {
    return env == null ? null : new EnvNames(env.added(), env.removed(), env.changed());
  }

  private Failure failure(SameFailure failure) {
    List<Item> items = new ArrayList<>();
    List<String> lines = List.of();
    switch (failure.one()) {
      case HostOutcome.Failed one -> lines = error(items, one.error());
      case HostOutcome.RollbackFailed one -> lines = error(items, one.error());
      case HostOutcome.Unreachable one -> item(items, "What to do", one.hint());
      default -> {
        // What happened says it all.
      }
    }
    return new Failure(
        names.of(failure.hosts()),
        OutcomeText.of(failure.one()),
        items,
        lines,
        commands.after(failure.one(), outcome.release()));
  }

  private static List<String> error(List<Item> items, HostError error) {
    HostError.Verdict verdict = error.verdict();
    if (verdict != null) {
      item(items, "Last probe", verdict.probe());
      item(items, "Container", verdict.container());
    }
    item(items, "What to do", error.hint());
    return verdict == null ? List.of() : verdict.lines();
  }

  private static void item(List<Item> items, String label, @Nullable String text) {
    if (text != null) {
      items.add(new Item(label, text));
    }
  }

  private List<Batch> batches() {
    Map<String, HostOutcome> outcomes =
        outcome.hosts().stream()
            .collect(Collectors.toMap(host -> host.host().id(), host -> host, (a, _) -> a));
    List<Recording.Batch> all = recording.batches();
    return all.stream().map(batch -> batch(batch, all.getFirst().started, outcomes)).toList();
  }

  private Batch batch(Recording.Batch batch, Instant began, Map<String, HostOutcome> outcomes) {
    List<HostOutcome> hosts =
        batch.hosts.stream().map(host -> outcomes.get(host.id())).filter(Objects::nonNull).toList();
    Duration took = batch.took();
    boolean bad = hosts.stream().anyMatch(HostOutcome::failure);
    return new Batch(
        batch.number + " of " + batch.of + (batch.canary ? ", canary" : ""),
        names.of(batch.hosts),
        "+" + Wording.seconds(Duration.between(began, batch.started)),
        took == null ? "not finished" : Durations.text(took),
        Tally.of(hosts, names),
        batch.budget(),
        bad ? Tone.BAD : Tone.NEUTRAL);
  }

  private HostRow row(HostOutcome host, @Nullable RolloutPlan plan) {
    String warnings =
        host instanceof HostOutcome.Updated updated && !updated.warnings().isEmpty()
            ? "; " + String.join("; ", updated.warnings())
            : "";
    var before = plan == null ? null : plan.serving().get(host.host().id());
    return new HostRow(
        names.of(host.host()),
        host.host().zone(),
        host.serving() == null ? "not known" : Wording.label(host.serving()),
        before == null ? "" : Wording.label(before),
        host.kind().mark(),
        OutcomeText.of(host) + warnings,
        Tones.of(host));
  }
}
