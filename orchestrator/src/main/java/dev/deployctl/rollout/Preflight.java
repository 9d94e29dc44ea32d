package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.SlowHosts;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import dev.deployctl.rollout.planning.Asked;
import dev.deployctl.rollout.planning.HeldReleases;
import dev.deployctl.rollout.planning.HostPreflight;
import dev.deployctl.rollout.planning.PlanDraft;
import dev.deployctl.rollout.planning.ReadyHost;
import dev.deployctl.rollout.planning.ReleasePlan;
import dev.deployctl.rollout.planning.RolloutAction;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks all hosts whether they are ready, and makes the plan. Changes nothing. */
final class Preflight {
  private final HostAgent agent;
  private final Timeline timeline;
  private final EventSink sink;
  private final @Nullable LockId held;

  /**
   * @param held a lock of the user's own: that a host is locked by it is no reason to refuse
   */
  Preflight(HostAgent agent, Timeline timeline, EventSink sink, @Nullable LockId held) {
    this.held = held;
    this.agent = agent;
    this.timeline = timeline;
    this.sink = sink;
  }

  RolloutEngine.Prepared prepare(RolloutRequest request) throws InterruptedException {
    Instant begun = timeline.now();
    Map<Host, HostResult> results = askAll(request);
    List<HostResult> ordered = new ArrayList<>();
    for (Host host : request.hosts()) {
      ordered.add(Objects.requireNonNull(results.get(host)));
    }
    List<HostOutcome.Unreachable> unreachable = new ArrayList<>();
    List<HostResult.Refused> notReady = new ArrayList<>();
    List<ReadyHost> ready = new ArrayList<>();
    for (HostResult result : ordered) {
      switch (result) {
        case HostResult.Answered answered -> ready.add(ReadyHost.of(answered));
        case HostResult.Refused refused -> notReady.add(refused);
        case HostResult.Unreachable lost -> unreachable.add(Outcomes.unreachable(lost, null));
      }
    }
    Duration took = Duration.between(begun, timeline.now());
    sink.tell(
        new RolloutEvent.StageFinished(
            RolloutEvent.Stage.PREFLIGHT, ready.size(), ordered.size(), took));
    int maxUnreachable = request.settings().maxUnreachable().of(request.hosts().size());
    Ending refusal = refusal(notReady, unreachable.size(), maxUnreachable);
    Asked asked = Asked.of(request.action(), ready);
    if (refusal == null && ready.isEmpty()) {
      refusal = Ending.UNREACHABLE;
    }
    if (refusal != null || asked.unresolved()) {
      return new RolloutEngine.Prepared.Refused(refused(request, asked, ordered, refusal, took));
    }
    RolloutPlan plan = new PlanDraft(request, asked, ready).plan(unreachable, maxUnreachable);
    HeldReleases held =
        request.action() instanceof RolloutAction.Promote promote ? promote.held() : null;
    return new RolloutEngine.Prepared.Ready(
        new ReleasePlan(agent, timeline, request.app(), held).addTo(plan, ready));
  }

  private Map<Host, HostResult> askAll(RolloutRequest request) throws InterruptedException {
    sink.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.PREFLIGHT, request.hosts().size()));
    Map<Host, HostResult> results = new ConcurrentHashMap<>();
    HostPreflight preflight =
        new HostPreflight(
            agent,
            timeline,
            request.action().preflight(request.app()),
            held,
            request.action().toleratesHeld());
    new SlowHosts(timeline, text -> sink.tell(new RolloutEvent.Note(text)))
        .forEach(
            request.hosts(),
            request.settings().parallelism(),
            host -> {
              HostResult result = preflight.ask(host);
              results.put(host, result);
              String problem = result.problem();
              sink.tell(
                  new RolloutEvent.StageProgress(
                      RolloutEvent.Stage.PREFLIGHT,
                      host,
                      problem == null,
                      problem == null ? "ready" : problem));
            });
    return results;
  }

  private static @Nullable Ending refusal(
      List<HostResult.Refused> notReady, int unreachable, int maxUnreachable) {
    if (notReady.stream().anyMatch(HostResult.Refused::locked)) {
      return Ending.LOCKED;
    }
    if (!notReady.isEmpty()) {
      return Ending.PREFLIGHT_REFUSED;
    }
    return unreachable > maxUnreachable ? Ending.UNREACHABLE : null;
  }

  private static List<Host> holding(RolloutRequest request) {
    return request.action() instanceof RolloutAction.Promote promote
        ? List.copyOf(promote.held().hosts().keySet())
        : List.of();
  }

  private static RolloutOutcome refused(
      RolloutRequest request,
      Asked asked,
      List<HostResult> results,
      @Nullable Ending ending,
      Duration took) {
    List<HostOutcome> hosts = new ArrayList<>();
    for (HostResult result : results) {
      hosts.add(
          switch (result) {
            case HostResult.Answered answered ->
                new HostOutcome.Untouched(answered.host(), ReadyHost.of(answered).serving());
            case HostResult.Refused refused -> Outcomes.refused(refused, null, Step.PREFLIGHT);
            case HostResult.Unreachable lost -> Outcomes.unreachable(lost, null);
          });
    }
    if (ending == null) {
      HostError error =
          HostErrorKind.NOT_FOUND.error(
              "no host could say which digest " + asked.release().label() + " is",
              null,
              "is the tag pushed? deployctl rollout --digest needs no tag");
      hosts.replaceAll(
          host ->
              host instanceof HostOutcome.Untouched
                  ? new HostOutcome.Failed(
                      host.host(),
                      host.serving(),
                      null,
                      Step.PREFLIGHT,
                      error,
                      false,
                      Duration.ZERO)
                  : host);
    }
    return new RolloutOutcome(
            request.id(),
            request.app(),
            ending == null ? Ending.PREFLIGHT_REFUSED : ending,
            asked.release(),
            hosts,
            0,
            took,
            List.of())
        .holding(holding(request));
  }
}
