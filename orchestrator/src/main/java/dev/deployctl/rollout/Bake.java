package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.AppState;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.CanaryResult;
import dev.deployctl.rollout.outcome.CanaryResult.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Weighs the canary: whether its containers held out, and requests that the new release answered
 * against those that the old one answered for as long before, from nginx's own log on the same
 * hosts. What a host does not know of is never taken for good.
 */
final class Bake {
  private static final CanaryResult NO_REQUESTS =
      CanaryResult.of(
          Verdict.NO_REQUESTS,
          "canary: its processes run, and it has no web part whose requests could be compared");

  private final HostAgent agent;
  private final Timeline timeline;
  private final int parallelism;

  Bake(HostAgent agent, Timeline timeline, int parallelism) {
    this.agent = agent;
    this.timeline = timeline;
    this.parallelism = parallelism;
  }

  /**
   * Asks the canary's hosts.
   *
   * @param gone tells of hosts that were terminated during the watch, which is no fault of the
   *     release
   */
  CanaryResult judge(App app, List<Host> canary, Duration window, Predicate<Host> gone)
      throws InterruptedException {
    List<HostResult> answers =
        new FleetCall(agent, timeline, text -> {})
            .ask(canary, HostCommand.status(app), parallelism);
    List<String> broken =
        answers.stream().map(answer -> trouble(answer, gone)).filter(Objects::nonNull).toList();
    if (!broken.isEmpty()) {
      return CanaryResult.of(Verdict.BROKEN, "canary: " + String.join("; ", broken));
    }
    return hasWebPart(answers) ? weighRequests(app, canary, window, gone) : NO_REQUESTS;
  }

  /** Returns false if hosts answered, and the app has no web part on any of them. */
  static boolean hasWebPart(List<HostResult> answers) {
    List<HostResult.Answered> answered =
        answers.stream()
            .filter(HostResult.Answered.class::isInstance)
            .map(HostResult.Answered.class::cast)
            .toList();
    return answered.isEmpty()
        || answered.stream()
            .map(HostResult.Answered::status)
            .anyMatch(status -> status == null || !"none".equals(status.mode()));
  }

  /** Why a host does not stand as a good canary would; null where it does. */
  private static @Nullable String trouble(HostResult answer, Predicate<Host> gone) {
    String why =
        switch (answer) {
          case HostResult.Answered told -> trouble(told.status());
          case HostResult.Refused refused -> "has no status: " + refused.error().message();
          case HostResult.Unreachable lost ->
              gone.test(lost.host()) ? null : "is unreachable: " + lost.reason();
        };
    return why == null ? null : answer.host().name() + " " + why;
  }

  static @Nullable String trouble(AnswerEvents.@Nullable Status status) {
    if (status == null) {
      return "does not tell how the app stands";
    }
    if (AppState.of(status.state()) == AppState.STOPPED) {
      return null;
    }
    if (status.running() < status.wanted()) {
      return "runs "
          + status.running()
          + " of "
          + status.wanted()
          + " instances"
          + (status.drift().isEmpty() ? "" : ": " + String.join(", ", status.drift()));
    }
    return status.restarts() == 0
        ? status.processes().stream()
            .map(Bake::trouble)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null)
        : "had its containers end and start again, " + status.restarts() + "×";
  }

  private static @Nullable String trouble(HostValues.ProcessInstances process) {
    if (process.running() < process.wanted()) {
      return "runs %d of %d instances of process %s"
          .formatted(process.running(), process.wanted(), process.process());
    }
    return process.restarts() == 0
        ? null
        : "had containers of process %s end and start again, %d×"
            .formatted(process.process(), process.restarts());
  }

  private CanaryResult weighRequests(
      App app, List<Host> canary, Duration window, Predicate<Host> gone)
      throws InterruptedException {
    HostCommand command = HostCommand.traffic(app, window);
    List<Requests> now = new ArrayList<>();
    List<Requests> before = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (HostResult answer :
        new FleetCall(agent, timeline, text -> {}).ask(canary, command, parallelism)) {
      String why = add(answer, now, before);
      boolean left = answer instanceof HostResult.Unreachable && gone.test(answer.host());
      if (why != null && !left) {
        unknown.add(answer.host().name() + ": " + why);
      }
    }
    return unknown.isEmpty()
        ? weigh(sum(now), sum(before))
        : CanaryResult.of(
            Verdict.NOT_KNOWN,
            "canary: how requests fared is not known, so it does not count as good: "
                + String.join("; ", unknown));
  }

  /** Adds what a host tells of requests; the reason where it does not know. */
  private static @Nullable String add(
      HostResult answer, List<Requests> now, List<Requests> before) {
    return switch (answer) {
      case HostResult.Refused refused -> refused.error().message();
      case HostResult.Unreachable lost -> "is unreachable: " + lost.reason();
      case HostResult.Answered done -> {
        AnswerEvents.Traffic traffic =
            done.events(AnswerEvents.Traffic.class).stream().findFirst().orElse(null);
        Requests since = traffic == null ? null : traffic.now();
        if (traffic == null || since == null) {
          String why = traffic == null ? null : traffic.unknown();
          yield why == null ? "it does not say why" : why;
        }
        now.add(since);
        Requests until = traffic.before();
        if (until != null) {
          before.add(until);
        }
        yield null;
      }
    };
  }

  static CanaryResult weigh(Requests now, Requests before) {
    if (now.requests() < CanaryResult.FEWEST_REQUESTS) {
      return new CanaryResult(
          Verdict.TOO_FEW_REQUESTS,
          "canary: only "
              + now.requests()
              + " requests in "
              + now.seconds()
              + " s, too few to judge",
          now,
          before);
    }
    Verdict verdict = Verdict.GOOD;
    String worse = "";
    if (share(now) - share(before) > CanaryResult.MORE_ERRORS) {
      verdict = Verdict.MORE_ERRORS;
      worse = "more errors than allowed: ";
    } else if (before.requests() >= CanaryResult.FEWEST_REQUESTS
        && milliseconds(now) > milliseconds(before) * CanaryResult.SLOWER
        && milliseconds(now) - milliseconds(before) > CanaryResult.NOISE_MS) {
      verdict = Verdict.SLOWER;
      worse = "slower than allowed: ";
    }
    return new CanaryResult(verdict, "canary: " + worse + figures(now, before), now, before);
  }

  private static String figures(Requests now, Requests before) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of %d requests ended in 5xx (before: %.1f %% of %d), 95 %% within %d ms"
            + " (before: %d ms)",
        share(now),
        now.requests(),
        share(before),
        before.requests(),
        milliseconds(now),
        milliseconds(before));
  }

  private static double share(Requests requests) {
    return requests.requests() == 0 ? 0 : 100.0 * requests.errors() / requests.requests();
  }

  private static long milliseconds(Requests requests) {
    return Objects.requireNonNullElse(requests.p95(), 0L);
  }

  /** Counts add up; of percentiles the worst host's is taken. */
  private static Requests sum(List<Requests> all) {
    long requests = 0;
    long errors = 0;
    Long p50 = null;
    Long p95 = null;
    long seconds = 0;
    for (Requests one : all) {
      requests += one.requests();
      errors += one.errors();
      p50 = larger(p50, one.p50());
      p95 = larger(p95, one.p95());
      seconds = Math.max(seconds, one.seconds());
    }
    return new Requests(requests, errors, p50, p95, seconds);
  }

  private static @Nullable Long larger(@Nullable Long one, @Nullable Long other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.max(one, other);
  }
}
