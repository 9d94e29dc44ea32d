package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.AppState;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.RolloutOutcome;
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
  /** With fewer requests a share is chance. */
  static final int ENOUGH = 20;

  /** Points of a percent that the share of 5xx may rise. */
  static final double MORE_ERRORS = 1.0;

  /** The factor by which the 95th percentile may grow … */
  static final double SLOWER = 1.5;

  /** … unless it stays within this many milliseconds. */
  static final long NOISE_MS = 100;

  private static final Verdict NO_REQUESTS =
      new Verdict(
          false,
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
   * The result of watching the canary.
   *
   * @param worse whether the new release is worse than allowed
   * @param text the figures, for a person
   */
  record Verdict(boolean worse, String text) {}

  /**
   * Asks the canary's hosts.
   *
   * @param gone tells of hosts that were terminated during the watch, which is no fault of the
   *     release
   */
  Verdict judge(App app, List<Host> canary, Duration window, Predicate<Host> gone)
      throws InterruptedException {
    List<HostResult> answers =
        new FleetCall(agent, timeline, text -> {})
            .ask(canary, HostCommand.status(app), parallelism);
    List<String> broken =
        answers.stream().map(answer -> trouble(answer, gone)).filter(Objects::nonNull).toList();
    if (!broken.isEmpty()) {
      return new Verdict(true, "canary: " + String.join("; ", broken));
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

  private Verdict weighRequests(App app, List<Host> canary, Duration window, Predicate<Host> gone)
      throws InterruptedException {
    HostCommand command = HostCommand.traffic(app, window);
    List<HostValues.Requests> now = new ArrayList<>();
    List<HostValues.Requests> before = new ArrayList<>();
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
        : new Verdict(
            true,
            RolloutOutcome.CANARY_NOT_KNOWN
                + ", so it does not count as good: "
                + String.join("; ", unknown));
  }

  /** Adds what a host tells of requests; the reason where it does not know. */
  private static @Nullable String add(
      HostResult answer, List<HostValues.Requests> now, List<HostValues.Requests> before) {
    return switch (answer) {
      case HostResult.Refused refused -> refused.error().message();
      case HostResult.Unreachable lost -> "is unreachable: " + lost.reason();
      case HostResult.Answered done -> {
        AnswerEvents.Traffic traffic =
            done.events(AnswerEvents.Traffic.class).stream().findFirst().orElse(null);
        HostValues.Requests since = traffic == null ? null : traffic.now();
        if (traffic == null || since == null) {
          String why = traffic == null ? null : traffic.unknown();
          yield why == null ? "it does not say why" : why;
        }
        now.add(since);
        HostValues.Requests until = traffic.before();
        if (until != null) {
          before.add(until);
        }
        yield null;
      }
    };
  }

  static Verdict weigh(HostValues.Requests now, HostValues.Requests before) {
    if (now.requests() < ENOUGH) {
      return new Verdict(
          false,
          "canary: only "
              + now.requests()
              + " requests in "
              + now.seconds()
              + " s, too few to judge");
    }
    double errors = share(now);
    double errorsBefore = before.requests() == 0 ? 0 : share(before);
    @Nullable String worse = null;
    if (errors - errorsBefore > MORE_ERRORS) {
      worse = "more errors";
    } else if (before.requests() >= ENOUGH
        && now.p95() > before.p95() * SLOWER
        && now.p95() - before.p95() > NOISE_MS) {
      worse = "slower";
    }
    String figures =
        String.format(
            Locale.ROOT,
            "%.1f %% of %d requests ended in 5xx (before: %.1f %% of %d), 95 %% within %d ms"
                + " (before: %d ms)",
            errors,
            now.requests(),
            errorsBefore,
            before.requests(),
            now.p95(),
            before.p95());
    return new Verdict(
        worse != null, "canary: " + (worse == null ? "" : worse + " than allowed: ") + figures);
  }

  private static double share(HostValues.Requests requests) {
    return 100.0 * requests.errors() / requests.requests();
  }

  /** Counts add up; of percentiles the worst host's is taken. */
  private static HostValues.Requests sum(List<HostValues.Requests> all) {
    long requests = 0;
    long errors = 0;
    long p50 = 0;
    long p95 = 0;
    long seconds = 0;
    for (HostValues.Requests one : all) {
      requests += one.requests();
      errors += one.errors();
      p50 = Math.max(p50, one.p50());
      p95 = Math.max(p95, one.p95());
      seconds = Math.max(seconds, one.seconds());
    }
    return new HostValues.Requests(requests, errors, p50, p95, seconds);
  }
}
