package dev.deployctl.rollout;

import dev.deployctl.event.EnvChange;
import dev.deployctl.event.HostError;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostList;
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

/** Asks all hosts whether they are fit, and makes the plan. Reads only: nothing is touched. */
final class Preparation {
  private final HostAgent agent;
  private final Timeline timeline;
  private final EventSink sink;
  private final @Nullable LockId held;

  /**
   * @param held a lock of the user's own: that a host is locked by it is no reason to refuse
   */
  Preparation(HostAgent agent, Timeline timeline, EventSink sink, @Nullable LockId held) {
    this.held = held;
    this.agent = agent;
    this.timeline = timeline;
    this.sink = sink;
  }

  /** A plan to go on with, or the reason why nothing is done. */
  sealed interface Result {
    record Ready(RolloutPlan plan) implements Result {}

    record Refused(RolloutOutcome outcome) implements Result {}
  }

  Result prepare(RolloutRequest request) throws InterruptedException {
    Instant begun = timeline.now();
    Map<Host, HostPreflight> answers = askAll(request);
    List<HostPreflight> ordered = new ArrayList<>();
    for (Host host : request.hosts()) {
      ordered.add(Objects.requireNonNull(answers.get(host)));
    }
    List<HostOutcome.Unreachable> unreachable = new ArrayList<>();
    List<HostPreflight.Unfit> unfit = new ArrayList<>();
    List<HostPreflight.Fit> fit = new ArrayList<>();
    for (HostPreflight answer : ordered) {
      switch (answer) {
        case HostPreflight.Fit good -> fit.add(good);
        case HostPreflight.Unfit bad -> unfit.add(bad);
        case HostPreflight.OutOfReach gone ->
            unreachable.add(
                new HostOutcome.Unreachable(gone.host(), null, gone.reason(), gone.hint()));
      }
    }
    Duration took = Duration.between(begun, timeline.now());
    sink.tell(
        new RolloutEvent.StageFinished(
            RolloutEvent.Stage.PREFLIGHT, fit.size(), ordered.size(), took));
    int maxUnreachable = request.settings().maxUnreachable().of(request.hosts().size());
    Ending refusal = refusal(unfit, unreachable.size(), maxUnreachable);
    Asked asked = asked(request.work(), fit);
    if (refusal == null && fit.isEmpty()) {
      refusal = Ending.UNREACHABLE;
    }
    if (refusal != null || asked.unresolved()) {
      return new Result.Refused(refused(request, asked, ordered, refusal, took));
    }
    return new Result.Ready(plan(request, asked, fit, unreachable, maxUnreachable));
  }

  private Map<Host, HostPreflight> askAll(RolloutRequest request) throws InterruptedException {
    sink.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.PREFLIGHT, request.hosts().size()));
    Map<Host, HostPreflight> answers = new ConcurrentHashMap<>();
    HostCommand command = request.work().preflight(request.app());
    new SlowHosts(timeline, sink)
        .forEach(
            request.hosts(),
            request.settings().parallelism(),
            host -> {
              HostPreflight answer = HostPreflight.ask(agent, host, command, held);
              answers.put(host, answer);
              sink.tell(
                  new RolloutEvent.StageProgress(
                      RolloutEvent.Stage.PREFLIGHT,
                      host,
                      answer instanceof HostPreflight.Fit,
                      message(answer)));
            });
    return answers;
  }

  private static String message(HostPreflight answer) {
    return switch (answer) {
      case HostPreflight.Fit fit -> "fit";
      case HostPreflight.Unfit unfit -> unfit.error().message();
      case HostPreflight.OutOfReach gone -> gone.reason();
    };
  }

  private static @Nullable Ending refusal(
      List<HostPreflight.Unfit> unfit, int unreachable, int maxUnreachable) {
    if (unfit.stream().anyMatch(host -> host.exit() == 75)) {
      return Ending.LOCKED;
    }
    if (!unfit.isEmpty()) {
      return Ending.PREFLIGHT_REFUSED;
    }
    return unreachable > maxUnreachable ? Ending.UNREACHABLE : null;
  }

  /**
   * What was asked for, as far as hosts could say.
   *
   * @param digest one for all: the first host's word, in the order of the hosts
   */
  private record Asked(
      boolean restart, boolean force, Release release, ImageRef.@Nullable Digest digest) {
    boolean unresolved() {
      return !restart && digest == null;
    }

    /** Whether this host needs no change. */
    boolean met(HostPreflight.Fit host) {
      if (restart) {
        return host.serving() == null;
      }
      return !force && digest != null && host.runs(digest);
    }
  }

  private static Asked asked(Work work, List<HostPreflight.Fit> fit) {
    return switch (work) {
      case Work.Restart restart -> new Asked(true, true, common(fit), null);
      case Work.Deploy deploy ->
          switch (deploy.image()) {
            case ImageRef.Digest digest ->
                new Asked(false, deploy.force(), new Release(null, digest.value(), null), digest);
            case ImageRef.Tag tag -> {
              String found =
                  fit.stream()
                      .map(host -> host.answer().digest())
                      .filter(Objects::nonNull)
                      .findFirst()
                      .orElse(null);
              yield new Asked(
                  false,
                  deploy.force(),
                  new Release(null, found, tag.value()),
                  found == null ? null : new ImageRef.Digest(found));
            }
          };
    };
  }

  /** What all of them serve, as far as it is one thing. */
  private static Release common(List<HostPreflight.Fit> fit) {
    List<Release> images =
        fit.stream()
            .map(HostPreflight.Fit::serving)
            .filter(Objects::nonNull)
            .map(release -> new Release(null, release.digest(), release.tag()))
            .distinct()
            .toList();
    return images.size() == 1 ? images.getFirst() : new Release(null, null, null);
  }

  private static RolloutPlan plan(
      RolloutRequest request,
      Asked asked,
      List<HostPreflight.Fit> fit,
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
    for (HostPreflight.Fit host : fit) {
      Release now = host.serving();
      if (now != null) {
        serving.put(host.host().id(), now);
      }
      (asked.met(host) ? skip : change).add(host.host());
      hostWarnings.add(host.host(), host.answer().warnings());
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
    if (batches.size() == 1 && batches.getFirst().canary() && change.size() > 1) {
      warnings.add(
          "the canary is all "
              + change.size()
              + " hosts: none is left that it could keep from a bad release; a smaller --canary"
              + " goes first");
    }
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
        Estimate.of(batches, lastMs, request.settings()),
        warnings);
  }

  private static RolloutOutcome refused(
      RolloutRequest request,
      Asked asked,
      List<HostPreflight> answers,
      @Nullable Ending ending,
      Duration took) {
    List<HostOutcome> hosts = new ArrayList<>();
    for (HostPreflight answer : answers) {
      hosts.add(
          switch (answer) {
            case HostPreflight.Fit fit -> new HostOutcome.Untouched(fit.host(), fit.serving());
            case HostPreflight.Unfit unfit ->
                new HostOutcome.Failed(
                    unfit.host(), null, null, "preflight", unfit.error(), false, Duration.ZERO);
            case HostPreflight.OutOfReach gone ->
                new HostOutcome.Unreachable(gone.host(), null, gone.reason(), gone.hint());
          });
    }
    if (ending == null) {
      HostError error =
          new HostError(
              "not-found",
              "no host could say which digest " + asked.release().label() + " is",
              null,
              "is the tag pushed? deployctl rollout --digest needs no tag",
              null);
      hosts.replaceAll(
          host ->
              host instanceof HostOutcome.Untouched
                  ? new HostOutcome.Failed(
                      host.host(), host.serving(), null, "preflight", error, false, Duration.ZERO)
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
