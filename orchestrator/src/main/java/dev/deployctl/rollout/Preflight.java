package dev.deployctl.rollout;

import dev.deployctl.event.EnvChange;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.SlowHosts;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import dev.deployctl.rollout.planning.BatchPlanner;
import dev.deployctl.rollout.planning.BatchWarnings;
import dev.deployctl.rollout.planning.Estimate;
import dev.deployctl.rollout.planning.HostPreflight;
import dev.deployctl.rollout.planning.HostWarnings;
import dev.deployctl.rollout.planning.ReadyHost;
import dev.deployctl.rollout.planning.ReleasePlan;
import dev.deployctl.rollout.planning.SameMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    Asked asked = asked(request.action(), ready);
    if (refusal == null && ready.isEmpty()) {
      refusal = Ending.UNREACHABLE;
    }
    if (refusal != null || asked.unresolved()) {
      return new RolloutEngine.Prepared.Refused(refused(request, asked, ordered, refusal, took));
    }
    RolloutPlan plan = plan(request, asked, ready, unreachable, maxUnreachable);
    return new RolloutEngine.Prepared.Ready(
        new ReleasePlan(agent, timeline, request.app()).addTo(plan, ready));
  }

  private Map<Host, HostResult> askAll(RolloutRequest request) throws InterruptedException {
    sink.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.PREFLIGHT, request.hosts().size()));
    Map<Host, HostResult> results = new ConcurrentHashMap<>();
    HostPreflight preflight =
        new HostPreflight(agent, timeline, request.action().preflight(request.app()), held);
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

  /**
   * The image that was asked for, as far as hosts could resolve it.
   *
   * @param digest one for all: the first host's word, in the order of the hosts
   */
  private record Asked(
      boolean restart, boolean force, Release release, ImageRef.@Nullable Digest digest) {
    boolean unresolved() {
      return !restart && digest == null;
    }

    /** Returns whether this host needs no change. */
    boolean met(ReadyHost host) {
      if (restart) {
        return host.serving() == null;
      }
      return !force && digest != null && host.runs(digest);
    }
  }

  private static Asked asked(RolloutAction action, List<ReadyHost> ready) {
    return switch (action) {
      case RolloutAction.Restart restart -> new Asked(true, true, common(ready), null);
      case RolloutAction.Deploy deploy ->
          switch (deploy.image()) {
            case ImageRef.Digest digest ->
                new Asked(false, deploy.force(), Release.of(digest), digest);
            case ImageRef.Tag tag -> {
              // An answer with a malformed digest was refused when it came.
              ImageRef.Digest found =
                  ready.stream()
                      .map(host -> host.answer().digest())
                      .filter(Objects::nonNull)
                      .findFirst()
                      .map(ImageRef.Digest::new)
                      .orElse(null);
              yield new Asked(false, deploy.force(), new Release(null, found, tag), found);
            }
          };
    };
  }

  /** Returns the release that is live on all of them, null where they differ. */
  private static Release common(List<ReadyHost> ready) {
    List<Release> images =
        ready.stream()
            .map(ReadyHost::serving)
            .filter(Objects::nonNull)
            .map(release -> new Release(null, release.digest(), release.tag()))
            .distinct()
            .toList();
    return images.size() == 1 ? images.getFirst() : Release.UNKNOWN;
  }

  private static RolloutPlan plan(
      RolloutRequest request,
      Asked asked,
      List<ReadyHost> ready,
      List<HostOutcome.Unreachable> unreachable,
      int maxUnreachable) {
    List<String> warnings =
        new ArrayList<>(request.missing().stream().map(HostList.Missing::warning).toList());
    HostWarnings hostWarnings = new HostWarnings();
    List<Host> change = new ArrayList<>();
    List<Host> skip = new ArrayList<>();
    Map<String, Release> serving = new LinkedHashMap<>();
    Map<String, Long> lastMs = new HashMap<>();
    Set<String> present = new HashSet<>();
    @Nullable EnvChange env = null;
    for (ReadyHost host : ready) {
      Release now = host.serving();
      if (now != null) {
        serving.put(host.host().id(), now);
      }
      (asked.met(host) ? skip : change).add(host.host());
      hostWarnings.add(host);
      env = env == null ? host.answer().env() : env;
      Long last = host.answer().lastMs();
      if (last != null) {
        lastMs.put(host.host().id(), last);
      }
      String other = host.answer().digest();
      ImageRef.Digest digest = asked.digest();
      if (host.answer().present() && digest != null && digest.value().equals(other)) {
        present.add(host.host().id());
      }
      if (digest != null && other != null && !other.equals(digest.value())) {
        warnings.add(
            "the tag moved while hosts were asked: "
                + host.host().name()
                + " saw "
                + other
                + "; all hosts get "
                + digest);
      }
    }
    warnings.addAll(hostWarnings.lines());
    warnings.addAll(SameMachine.warnings(request.hosts()));
    List<RolloutPlan.Batch> batches = BatchPlanner.plan(change, request.settings());
    warnings.addAll(BatchWarnings.of(batches, request.settings()));
    return new RolloutPlan(
        request.app(),
        asked.restart(),
        asked.release(),
        asked.digest(),
        batches,
        skip,
        unreachable,
        present,
        serving,
        env,
        request.settings(),
        request.settings().maxFailures().of(request.hosts().size()),
        maxUnreachable,
        null,
        null,
        Estimate.of(batches, lastMs, request.settings()),
        warnings);
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
        List.of());
  }
}
