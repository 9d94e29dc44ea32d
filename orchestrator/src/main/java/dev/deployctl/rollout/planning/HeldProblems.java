package dev.deployctl.rollout.planning;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HostValues.Serving;
import dev.deployctl.fleet.FirstNames;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The reasons why there is no one held release to promote or to abandon, each with a way on. */
final class HeldProblems {
  /** More names than this nobody reads. */
  private static final int NAMED = 5;

  private static final String UNTOUCHED = "; nothing was touched";

  private HeldProblems() {}

  /** Returns the reason where no host holds a release. */
  static DeployException nothing(App app, List<HostResult> statuses, List<HostResult> silent) {
    if (!silent.isEmpty()) {
      return silent(app, silent);
    }
    DeployException begun = begunPromote(app, statuses);
    return begun != null
        ? begun
        : new DeployException(
            FailureKind.NOTHING_TO_DO,
            "no host holds a release of " + app + UNTOUCHED,
            "deployctl rollout " + app + " --tag TAG --hold starts one and holds it");
  }

  private static DeployException silent(App app, List<HostResult> silent) {
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
            + UNTOUCHED,
        first.hint());
  }

  /**
   * Returns what there is to say where a promote has switched hosts before: that it is done, or how
   * to go on with it after it was interrupted; null where none has.
   */
  private static @Nullable DeployException begunPromote(App app, List<HostResult> statuses) {
    Map<Host, Serving> live = new LinkedHashMap<>();
    for (HostResult result : statuses) {
      AnswerEvents.Status status =
          result instanceof HostResult.Answered answered ? answered.status() : null;
      Serving serving = status == null ? null : status.serving();
      if (serving != null) {
        live.put(result.host(), serving);
      }
    }
    Release promoted =
        live.values().stream()
            .filter(serving -> "promote".equals(serving.verb()))
            .findFirst()
            .map(Release::of)
            .orElse(null);
    ImageRef.Digest digest = promoted == null ? null : promoted.digest();
    if (promoted == null || digest == null) {
      return null;
    }
    List<Host> on =
        live.entrySet().stream()
            .filter(one -> digest.equals(Release.of(one.getValue()).digest()))
            .map(Map.Entry::getKey)
            .toList();
    List<Host> off =
        statuses.stream().map(HostResult::host).filter(host -> !on.contains(host)).toList();
    String release = text(promoted);
    return off.isEmpty()
        ? new DeployException(
            FailureKind.NOTHING_TO_DO,
            "no host holds a release of "
                + app
                + ": "
                + release
                + " was promoted and is live on all of them"
                + UNTOUCHED,
            "deployctl rollback " + app + " goes back to the release before")
        : new DeployException(
            FailureKind.NOTHING_TO_DO,
            "no host holds a release of "
                + app
                + " any more: a promote made "
                + release
                + " live on "
                + names(on)
                + " and not on "
                + names(off)
                + UNTOUCHED,
            "deployctl rollout " + app + " --digest " + digest + " deploys it on the others");
  }

  /** Returns the reason where hosts hold others than the one that is meant. */
  static DeployException another(App app, ReleaseId wanted, Map<Host, HeldRelease> held) {
    return new DeployException(
        FailureKind.PREFLIGHT_REFUSED,
        "no host holds release " + wanted + " of " + app + ": " + each(held) + UNTOUCHED,
        "deployctl status " + app + " shows what is held now");
  }

  /** Returns the reason where hosts hold others beside the one that is meant. */
  static DeployException others(App app, Map<Host, HeldRelease> others) {
    return new DeployException(
        FailureKind.PREFLIGHT_REFUSED,
        each(others) + ", which is another release of " + app + UNTOUCHED,
        "deployctl abandon "
            + app
            + " --hosts "
            + option(List.copyOf(others.keySet()))
            + " removes it");
  }

  private static String each(Map<Host, HeldRelease> held) {
    return held.entrySet().stream()
        .limit(NAMED)
        .map(
            one ->
                one.getKey().name()
                    + " holds "
                    + text(Release.of(one.getValue()))
                    + " as "
                    + one.getValue().release())
        .collect(Collectors.joining(", "));
  }

  private static String option(List<Host> hosts) {
    return hosts.stream().map(Host::name).collect(Collectors.joining(","));
  }

  /** Returns the reason where hosts hold different releases. */
  static DeployException several(App app, Map<Host, HeldRelease> found) {
    Map<String, List<Host>> byImage = new LinkedHashMap<>();
    found.forEach(
        (host, held) ->
            byImage
                .computeIfAbsent(String.valueOf(held.digest()), _ -> new ArrayList<>())
                .add(host));
    String each =
        byImage.values().stream()
            .map(
                hosts ->
                    text(Release.of(Objects.requireNonNull(found.get(hosts.getFirst()))))
                        + " on "
                        + names(hosts))
            .collect(Collectors.joining("; "));
    List<Host> last = byImage.values().stream().toList().getLast();
    return new DeployException(
        FailureKind.PREFLIGHT_REFUSED,
        "hosts hold different releases of " + app + ": " + each + UNTOUCHED,
        "abandon those that are not to go live: deployctl abandon "
            + app
            + " --hosts "
            + option(last));
  }

  private static String text(Release release) {
    Release image = new Release(null, release.digest(), null);
    return release.tag() == null ? image.label() : release.tag() + " (" + image.label() + ")";
  }

  private static String names(List<Host> hosts) {
    return FirstNames.of(hosts.stream().map(Host::name).toList(), NAMED);
  }
}
