package dev.deployctl.rollout.planning;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.FirstNames;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rollout that a host's live release belongs to. A restart is no rollout: it makes a
 * release of its own of the same image, and a rollback means going back to another image.
 */
public final class LastRollout {
  /** More names than this nobody reads. */
  private static final int NAMED = 5;

  private LastRollout() {}

  /** Returns the rollout that brought the image that is live; null where nothing is live. */
  public static @Nullable String of(AnswerEvents.@Nullable Status status) {
    HostValues.Serving serving = status == null ? null : status.serving();
    if (status == null || serving == null) {
      return null;
    }
    HostValues.Deployed deployed = status.deployed();
    // A host that says nothing of restarts knows only what came last.
    return deployed == null ? serving.rollout() : deployed.rollout();
  }

  /** Tells whether a rollout put the live release there, or brought its image. */
  public static boolean isFrom(AnswerEvents.Status status, RolloutId rollout) {
    HostValues.Serving serving = status.serving();
    return serving != null
        && (rollout.value().equals(serving.rollout()) || rollout.value().equals(of(status)));
  }

  /** Returns what a host goes back to when this rollout is undone; null where it does not say. */
  public static @Nullable Release before(AnswerEvents.Status status, RolloutId undone) {
    HostValues.Deployed deployed = status.deployed();
    HostValues.Serving before =
        deployed != null && undone.value().equals(deployed.rollout())
            ? deployed.before()
            : status.previous();
    return before == null ? null : Release.of(before);
  }

  /** Says of restarts what a person should know before agreeing. */
  public static List<String> warnings(
      App app, RolloutId undone, List<AnswerEvents.Status> changed) {
    List<String> warnings = new ArrayList<>();
    String since =
        changed.stream()
            .map(AnswerEvents.Status::serving)
            .filter(serving -> serving != null && serving.byRestart())
            .map(serving -> String.valueOf(Objects.requireNonNull(serving).rollout()))
            .filter(rollout -> !rollout.equals(undone.value()))
            .distinct()
            .collect(Collectors.joining(", "));
    if (!since.isEmpty()) {
      warnings.add(
          "restarts since that rollout go with it ("
              + since
              + "); to roll back a restart alone: deployctl rollback "
              + app
              + " --rollout ID");
    }
    for (AnswerEvents.Status status : changed) {
      HostValues.Serving serving = Objects.requireNonNull(status.serving());
      if (serving.byRestart() && undone.value().equals(serving.rollout())) {
        warnings.add("rolls back a restart alone, the image stays; " + further(app, status));
        break;
      }
    }
    return warnings;
  }

  private static String further(App app, AnswerEvents.Status status) {
    HostValues.Deployed deployed = status.deployed();
    if (deployed == null) {
      return "deployctl history "
          + app
          + " lists rollouts, and deployctl rollback "
          + app
          + " --rollout ID rolls one of them back";
    }
    return command(app, deployed.rollout())
        + " goes back to "
        + (deployed.before() == null ? "what ran before" : Release.of(deployed.before()).label());
  }

  /**
   * Names the rollouts of hosts that stay as they are, where those run something else than what the
   * others go back to.
   */
  public static List<String> differences(
      App app, Map<Host, AnswerEvents.Status> others, Collection<Release> back) {
    Set<String> digests =
        back.stream().map(release -> String.valueOf(release.digest())).collect(Collectors.toSet());
    Map<Host, AnswerEvents.Status> different = new LinkedHashMap<>();
    others.forEach(
        (host, status) -> {
          HostValues.Serving serving = status.serving();
          if (serving != null && !digests.contains(String.valueOf(serving.digest()))) {
            different.put(host, status);
          }
        });
    String choices = choices(app, different);
    return choices.isEmpty()
        ? List.of()
        : List.of("other hosts run what other rollouts brought; to roll that back: " + choices);
  }

  private static String command(App app, String rollout) {
    return "deployctl rollback " + app + " --rollout " + rollout;
  }

  /** Returns the commands that roll back what hosts run now, each with its hosts. */
  public static String choices(App app, Map<Host, AnswerEvents.Status> told) {
    Map<String, List<String>> hosts = new LinkedHashMap<>();
    told.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(Host::name)))
        .forEach(
            entry -> {
              String rollout = of(entry.getValue());
              if (rollout != null) {
                hosts.computeIfAbsent(rollout, _ -> new ArrayList<>()).add(entry.getKey().name());
              }
            });
    return hosts.entrySet().stream()
        .map(
            entry ->
                command(app, entry.getKey()) + " (" + FirstNames.of(entry.getValue(), NAMED) + ")")
        .collect(Collectors.joining(", or "));
  }
}
