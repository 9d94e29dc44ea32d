package dev.deployctl.rollout.planning;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.event.TransactionOutcome;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the release of an app that its hosts hold. Changes nothing. */
public final class HeldSearch {
  /** Entries of a host's history that are read: a hold lasts for some deploys at most. */
  private static final int ENTRIES = 50;

  /** More names than this nobody reads. */
  private static final int NAMED = 5;

  private final FleetCall call;
  private final App app;

  public HeldSearch(FleetCall call, App app) {
    this.call = call;
    this.app = app;
  }

  /**
   * The releases that hosts hold.
   *
   * @param held in the order of the hosts, without those that hold nothing
   * @param silent the hosts that did not say
   */
  public record Found(Map<Host, HeldRelease> held, List<HostResult> silent) {}

  private static Map<Host, HeldRelease> among(List<HostResult> statuses) {
    Map<Host, HeldRelease> found = new LinkedHashMap<>();
    for (HostResult result : statuses) {
      AnswerEvents.Status status =
          result instanceof HostResult.Answered answered ? answered.status() : null;
      HeldRelease held = status == null ? null : status.held();
      if (held != null) {
        found.put(result.host(), held);
      }
    }
    return found;
  }

  /**
   * Asks all hosts.
   *
   * @throws DeployException they hold none
   */
  public Found ask(List<Host> hosts, int parallelism) throws InterruptedException {
    List<HostResult> statuses = call.ask(hosts, HostCommand.status(app), parallelism);
    List<HostResult> silent =
        statuses.stream().filter(result -> !(result instanceof HostResult.Answered)).toList();
    Map<Host, HeldRelease> held = among(statuses);
    if (held.isEmpty()) {
      throw nothing(silent);
    }
    return new Found(held, silent);
  }

  /**
   * Returns the one release that the hosts hold.
   *
   * @throws DeployException they hold none, or more than one
   */
  public HeldReleases find(List<Host> hosts, int parallelism) throws InterruptedException {
    Map<Host, HeldRelease> found = ask(hosts, parallelism).held();
    if (found.values().stream().map(HeldRelease::digest).distinct().count() > 1) {
      throw several(found);
    }
    Release release = Release.of(found.values().iterator().next());
    ImageRef.Digest digest = release.digest();
    if (digest == null) {
      throw new DeployException(
          FailureKind.PREFLIGHT_REFUSED,
          found.keySet().iterator().next().name()
              + " does not say which image it holds; nothing was touched",
          "deployctl abandon " + app + " removes it");
    }
    String rollout = found.values().iterator().next().rollout();
    return past(hosts, found, release, digest, rollout, parallelism);
  }

  /** Adds what the histories of the hosts tell of the rollout that started the release. */
  private HeldReleases past(
      List<Host> hosts,
      Map<Host, HeldRelease> found,
      Release release,
      ImageRef.Digest digest,
      @Nullable String rollout,
      int parallelism)
      throws InterruptedException {
    Host ran = null;
    List<Host> lost = new ArrayList<>();
    if (rollout != null) {
      for (HostResult result : call.ask(hosts, HostCommand.history(app, ENTRIES), parallelism)) {
        List<AnswerEvents.HistoryEntry> entries =
            result instanceof HostResult.Answered answered
                ? answered.events(AnswerEvents.HistoryEntry.class)
                : List.of();
        if (ran == null && entries.stream().anyMatch(entry -> isReleaseCommand(entry, rollout))) {
          ran = result.host();
        }
        if (!found.containsKey(result.host())
            && entries.stream().anyMatch(entry -> isHold(entry, rollout))) {
          lost.add(result.host());
        }
      }
    }
    return new HeldReleases(
        digest, release.tag(), rollout == null ? null : new RolloutId(rollout), found, ran, lost);
  }

  private static boolean isReleaseCommand(AnswerEvents.HistoryEntry entry, String rollout) {
    OneOffCommand run = entry.run();
    return run != null
        && "release".equals(run.kind())
        && rollout.equals(run.rollout())
        && TransactionOutcome.SUCCEEDED.is(entry.outcome());
  }

  private static boolean isHold(AnswerEvents.HistoryEntry entry, String rollout) {
    return rollout.equals(entry.rollout()) && TransactionOutcome.HELD.is(entry.outcome());
  }

  private DeployException nothing(List<HostResult> silent) {
    if (silent.isEmpty()) {
      return new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no host holds a release of " + app + "; nothing was touched",
          "deployctl rollout " + app + " --tag TAG --hold starts one and holds it");
    }
    HostResult first = silent.getFirst();
    return new DeployException(
        silent.stream().anyMatch(HostResult.Unreachable.class::isInstance)
            ? FailureKind.UNREACHABLE
            : FailureKind.PREFLIGHT_REFUSED,
        "no host that answered holds a release of "
            + app
            + ", and "
            + names(silent.stream().map(HostResult::host).toList())
            + " did not answer: "
            + first.problem()
            + "; nothing was touched",
        first.hint());
  }

  private DeployException several(Map<Host, HeldRelease> found) {
    Map<String, List<Host>> byImage = new LinkedHashMap<>();
    found.forEach(
        (host, held) ->
            byImage
                .computeIfAbsent(String.valueOf(held.digest()), _ -> new ArrayList<>())
                .add(host));
    String each =
        byImage.values().stream()
            .map(hosts -> text(found.get(hosts.getFirst())) + " on " + names(hosts))
            .collect(Collectors.joining("; "));
    List<Host> last = byImage.values().stream().toList().getLast();
    return new DeployException(
        FailureKind.PREFLIGHT_REFUSED,
        "hosts hold different releases of " + app + ": " + each + "; nothing was touched",
        "abandon those that are not to go live: deployctl abandon "
            + app
            + " --hosts "
            + last.stream().map(Host::name).collect(Collectors.joining(",")));
  }

  private static String text(@Nullable HeldRelease held) {
    Release release = Release.of(Objects.requireNonNull(held));
    Release image = new Release(null, release.digest(), null);
    return release.tag() == null ? image.label() : release.tag() + " (" + image.label() + ")";
  }

  private static String names(List<Host> hosts) {
    String named = hosts.stream().limit(NAMED).map(Host::name).collect(Collectors.joining(", "));
    return hosts.size() <= NAMED ? named : named + " and " + (hosts.size() - NAMED) + " more";
  }
}
