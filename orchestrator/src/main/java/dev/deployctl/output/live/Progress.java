package dev.deployctl.output.live;

import dev.deployctl.event.OneOffEvents;
import dev.deployctl.model.Host;
import dev.deployctl.output.report.GateText;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutEvent.Stage;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a rollout stands: what its events have told so far, without a word on how to show it. */
final class Progress {
  final Instant started;
  private final Map<Stage, StageProgress> stages = new EnumMap<>(Stage.class);
  private final Map<String, HostProgress> hosts = new LinkedHashMap<>();
  private final List<RolloutEvent.StageProgress> refusals = new ArrayList<>();
  private final Set<String> tolerated = new HashSet<>();
  private final Pace pace = new Pace();
  private int budget;
  private boolean stopping;
  private @Nullable String notice;
  private @Nullable Instant until;
  private RolloutEvent.@Nullable BatchStarted batch;
  private @Nullable RolloutOutcome outcome;

  /** The progress of a stage over all hosts. */
  record StageProgress(int done, int ok, int hosts, boolean finished) {
    StageProgress with(boolean good) {
      return new StageProgress(done + 1, good ? ok + 1 : ok, hosts, false);
    }
  }

  Progress(Instant started) {
    this.started = started;
  }

  void apply(RolloutEvent event, Instant now) {
    switch (event) {
      case RolloutEvent.StageStarted stage -> {
        stages.put(stage.stage(), new StageProgress(0, 0, stage.hosts(), false));
        notice = null;
      }
      case RolloutEvent.StageProgress one -> stage(one);
      case RolloutEvent.StageFinished stage -> {
        stages.put(
            stage.stage(), new StageProgress(stage.hosts(), stage.ok(), stage.hosts(), true));
        notice = stage.stage() == Stage.RELEASE ? null : notice;
      }
      case RolloutEvent.Planned planned -> {
        planned.plan().begun().forEach(this::host);
        budget = planned.plan().maxFailures();
        planned.plan().unreachable().forEach(this::tolerated);
        planned.plan().skipped().forEach(host -> skipped(host, planned.plan()));
        pace.planned(planned.plan().estimate());
      }
      case RolloutEvent.BatchStarted started -> {
        batch = started;
        notice = null;
        until = null;
        started.hosts().forEach(this::host);
        pace.batchStarted(started.of(), now);
      }
      case RolloutEvent.BatchFinished finished -> {
        budget = finished.budget();
        pace.batchFinished(now);
      }
      case RolloutEvent.HostStarted host -> host(host.host()).start(now);
      case RolloutEvent.HostTold told -> told(told, now);
      case RolloutEvent.Reattaching again ->
          host(again.host()).reattach(again.attempt(), again.reason());
      case RolloutEvent.HostFinished finished -> finished(finished.outcome());
      case RolloutEvent.Paused paused -> {
        notice = paused.why();
        until = now.plus(paused.duration());
      }
      case RolloutEvent.GateStarted gate -> {
        until = null;
        notice = "gate " + gate.name() + ", after " + gate.after();
      }
      case RolloutEvent.GateFinished gate -> {
        stopping |= !gate.result().passed();
        notice = gate.result().passed() ? null : GateText.of(gate.result());
      }
      case RolloutEvent.GateTold _ -> {}
      case RolloutEvent.BudgetSpent spent -> {
        until = null;
        stopping = true;
        budget = spent.budget();
        notice = "the budget is spent: no more hosts are started";
      }
      case RolloutEvent.Interrupted interrupted -> {
        until = null;
        stopping = true;
        notice =
            "interrupted: "
                + Wording.count(interrupted.running(), "running host")
                + " will finish, no more are started; Ctrl-C again to leave at once";
      }
      case RolloutEvent.Note _, RolloutEvent.SourceKnown _ -> {}
      case RolloutEvent.Finished finished -> {
        notice = null;
        outcome = finished.outcome();
      }
    }
  }

  private void stage(RolloutEvent.StageProgress one) {
    stages.computeIfPresent(one.stage(), (_, stage) -> stage.with(one.ok()));
    if (!one.ok()) {
      refusals.add(one);
    }
  }

  /** Hosts that are rolled back report as those of a batch do. */
  private void finished(HostOutcome outcome) {
    host(outcome.host()).finish(outcome);
    stages.computeIfPresent(Stage.ROLLBACK, (_, stage) -> stage.with(!outcome.failure()));
  }

  /** Only a host's own turn counts: it tells things in preflight and pull as well. */
  private void told(RolloutEvent.HostTold told, Instant now) {
    if (told.event() instanceof OneOffEvents.RunStarted run) {
      notice = told.host().name() + " runs " + String.join(" ", run.words());
    }
    HostProgress host = hosts.get(told.host().id());
    if (host != null && host.running()) {
      host.tell(told.event(), now);
    }
  }

  /** Left out before anything was touched: named, and beside the budget. */
  private void tolerated(HostOutcome.Unreachable out) {
    host(out.host()).finish(out);
    tolerated.add(out.host().id());
  }

  private void skipped(Host host, RolloutPlan plan) {
    host(host).finish(new HostOutcome.Skipped(host, plan.serving().get(host.id())));
  }

  private HostProgress host(Host host) {
    return hosts.computeIfAbsent(host.id(), _ -> new HostProgress(host));
  }

  Map<Stage, StageProgress> stages() {
    return stages;
  }

  Collection<HostProgress> hosts() {
    return hosts.values();
  }

  /** Hosts that a stage went wrong on. */
  List<RolloutEvent.StageProgress> refusals() {
    return refusals;
  }

  RolloutEvent.@Nullable BatchStarted batch() {
    return batch;
  }

  /** Returns the outcome, null while it runs. */
  @Nullable RolloutOutcome outcome() {
    return outcome;
  }

  long failures() {
    return hosts.values().stream()
        .filter(host -> !tolerated.contains(host.host.id()))
        .map(HostProgress::outcome)
        .filter(outcome -> outcome != null && outcome.failure())
        .count();
  }

  int budget() {
    return budget;
  }

  /** Returns what the rollout as a whole is waiting for, or null. */
  @Nullable String notice(Instant now) {
    Instant end = until;
    if (notice == null || end == null || !end.isAfter(now)) {
      return notice;
    }
    return notice + ", " + Wording.seconds(Duration.between(now, end)) + " left";
  }

  /** Returns an estimate of the time left, null where nothing is known. */
  @Nullable Duration left(Instant now) {
    boolean going = hosts.values().stream().anyMatch(host -> host.running() || host.waiting());
    return going && !stopping && outcome == null ? pace.left(now) : null;
  }
}
