package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.RolloutOutcome.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks all hosts whether they are fit, and makes the plan. Reads only: nothing is touched. */
final class Preparation {
  private final HostAgent agent;
  private final Timeline timeline;
  private final EventSink sink;

  Preparation(HostAgent agent, Timeline timeline, EventSink sink) {
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
    ImageRef.@Nullable Digest digest = digest(request.image(), fit);
    if (refusal == null && fit.isEmpty()) {
      refusal = Ending.UNREACHABLE;
    }
    if (refusal != null || digest == null) {
      return new Result.Refused(refused(request, ordered, refusal, took));
    }
    return new Result.Ready(plan(request, fit, unreachable, digest, maxUnreachable));
  }

  private Map<Host, HostPreflight> askAll(RolloutRequest request) throws InterruptedException {
    sink.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.PREFLIGHT, request.hosts().size()));
    Map<Host, HostPreflight> answers = new ConcurrentHashMap<>();
    HostCommand command = HostCommand.preflight(request.app(), request.image());
    timeline.forEach(
        request.hosts(),
        request.settings().parallelism(),
        host -> {
          HostPreflight answer = HostPreflight.ask(agent, host, command);
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

  /** One digest for all: the first host's word, in the order of the hosts. */
  private static ImageRef.@Nullable Digest digest(ImageRef image, List<HostPreflight.Fit> fit) {
    if (image instanceof ImageRef.Digest digest) {
      return digest;
    }
    for (HostPreflight.Fit host : fit) {
      String digest = host.answer().digest();
      if (digest != null) {
        return new ImageRef.Digest(digest);
      }
    }
    return null;
  }

  private static RolloutPlan plan(
      RolloutRequest request,
      List<HostPreflight.Fit> fit,
      List<HostOutcome.Unreachable> unreachable,
      ImageRef.Digest digest,
      int maxUnreachable) {
    List<String> warnings = new ArrayList<>();
    List<Host> change = new ArrayList<>();
    List<Host> skip = new ArrayList<>();
    Map<String, Release> serving = new LinkedHashMap<>();
    HostEvent.@Nullable EnvChange env = null;
    for (HostPreflight.Fit host : fit) {
      Release now = host.serving();
      if (now != null) {
        serving.put(host.host().id(), now);
      }
      (host.runs(digest) && !request.force() ? skip : change).add(host.host());
      env = env == null ? host.answer().env() : env;
      String other = host.answer().digest();
      if (other != null && !other.equals(digest.value())) {
        warnings.add(
            "the tag moved while hosts were asked: "
                + host.host().name()
                + " saw "
                + other
                + "; all hosts get "
                + digest);
      }
    }
    String tag = request.image() instanceof ImageRef.Tag named ? named.value() : null;
    return new RolloutPlan(
        request.app(),
        new Release(null, digest.value(), tag),
        digest,
        BatchPlanner.plan(change, request.settings()),
        skip,
        unreachable,
        serving,
        env,
        request.settings(),
        request.settings().maxFailures().of(request.hosts().size()),
        maxUnreachable,
        null,
        warnings);
  }

  /** What was asked for, as far as it is known without a host's answer. */
  private static Release asked(ImageRef image) {
    return switch (image) {
      case ImageRef.Tag tag -> new Release(null, null, tag.value());
      case ImageRef.Digest digest -> new Release(null, digest.value(), null);
    };
  }

  private static RolloutOutcome refused(
      RolloutRequest request, List<HostPreflight> answers, @Nullable Ending ending, Duration took) {
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
              "no host could say which digest " + request.image() + " is",
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
        asked(request.image()),
        hosts,
        0,
        took,
        List.of());
  }
}
