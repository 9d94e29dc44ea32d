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
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the release of an app that its hosts hold. Changes nothing. */
public final class HeldSearch {
  /** Entries of a host's history that are read: a hold lasts for some deploys at most. */
  private static final int ENTRIES = 50;

  private final FleetCall call;
  private final App app;
  private final @Nullable ReleaseId wanted;

  /**
   * @param wanted a release that is meant, as the host calls it that holds it: with it those that
   *     the same rollout started on other hosts; null where any is meant
   */
  public HeldSearch(FleetCall call, App app, @Nullable ReleaseId wanted) {
    this.call = call;
    this.app = app;
    this.wanted = wanted;
  }

  /**
   * The releases that hosts hold.
   *
   * @param held in the order of the hosts, without those that hold nothing
   * @param others what is held and not meant
   * @param silent the hosts that did not say
   */
  public record Found(
      Map<Host, HeldRelease> held, Map<Host, HeldRelease> others, List<HostResult> silent) {}

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
   * @throws DeployException they hold none, or not the one that is meant
   */
  public Found ask(List<Host> hosts, int parallelism) throws InterruptedException {
    List<HostResult> statuses = call.ask(hosts, HostCommand.status(app), parallelism);
    List<HostResult> silent =
        statuses.stream().filter(result -> !(result instanceof HostResult.Answered)).toList();
    Map<Host, HeldRelease> held = among(statuses);
    if (held.isEmpty()) {
      throw HeldProblems.nothing(app, statuses, silent);
    }
    if (wanted == null) {
      return new Found(held, Map.of(), silent);
    }
    Map<Host, HeldRelease> meant = meant(held, wanted);
    held.keySet().removeAll(meant.keySet());
    return new Found(meant, held, silent);
  }

  /** Returns those of one rollout: each host has an id of its own for it. */
  private Map<Host, HeldRelease> meant(Map<Host, HeldRelease> held, ReleaseId release) {
    HeldRelease named =
        held.values().stream()
            .filter(one -> one.release().equals(release.value()))
            .findFirst()
            .orElseThrow(() -> HeldProblems.another(app, release, held));
    Map<Host, HeldRelease> same = new LinkedHashMap<>(held);
    same.values()
        .removeIf(
            one ->
                !one.release().equals(named.release())
                    && (named.rollout() == null || !named.rollout().equals(one.rollout())));
    return same;
  }

  /**
   * Returns the one release that the hosts hold.
   *
   * @throws DeployException they hold none, more than one, or also one that is not meant
   */
  public HeldReleases find(List<Host> hosts, int parallelism) throws InterruptedException {
    Found answers = ask(hosts, parallelism);
    if (!answers.others().isEmpty()) {
      throw HeldProblems.others(app, answers.others());
    }
    Map<Host, HeldRelease> found = answers.held();
    if (found.values().stream().map(HeldRelease::digest).distinct().count() > 1) {
      throw HeldProblems.several(app, found);
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
}
