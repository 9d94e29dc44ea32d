package dev.deployctl.rollout.planning;

import dev.deployctl.event.EnvChange;
import dev.deployctl.fleet.HostList;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the plan of a rollout from the answers of hosts that are ready. */
public final class PlanDraft {
  private final RolloutRequest request;
  private final Asked asked;
  private final List<ReadyHost> ready;
  private final List<String> warnings = new ArrayList<>();

  public PlanDraft(RolloutRequest request, Asked asked, List<ReadyHost> ready) {
    this.request = request;
    this.asked = asked;
    this.ready = ready;
  }

  public RolloutPlan plan(List<HostOutcome.Unreachable> unreachable, int maxUnreachable) {
    request.missing().stream().map(HostList.Missing::warning).forEach(warnings::add);
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
      if (hasImage(host)) {
        present.add(host.host().id());
      }
    }
    warnings.addAll(hostWarnings.lines());
    warnings.addAll(SameMachine.warnings(request.hosts()));
    List<RolloutPlan.Batch> batches = batches(change);
    SourceChange source = asked.restart() ? null : Sources.of(ready);
    addWarning(source);
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
        source,
        hold(change),
        estimate(batches, lastMs),
        warnings);
  }

  private void addWarning(@Nullable SourceChange source) {
    String warning = source == null ? null : source.warning();
    if (warning != null) {
      warnings.add(warning);
    }
  }

  /** Tells whether a host has the image, and warns where its tag is another image. */
  private boolean hasImage(ReadyHost host) {
    String other = host.answer().digest();
    ImageRef.Digest digest = asked.digest();
    if (digest == null || other == null) {
      return false;
    }
    if (!other.equals(digest.value())) {
      warnings.add(
          "the tag moved while hosts were asked: "
              + host.host().name()
              + " saw "
              + other
              + "; all hosts get "
              + digest);
      return false;
    }
    return host.answer().present();
  }

  private List<RolloutPlan.Batch> batches(List<Host> change) {
    HeldReleases held = asked.held();
    if (held != null) {
      List<Host> first = change.stream().filter(held::isOn).toList();
      List<Host> others = change.stream().filter(host -> !held.isOn(host)).toList();
      return BatchPlanner.after(first, others, request.settings());
    }
    List<RolloutPlan.Batch> batches = BatchPlanner.plan(change, request.settings());
    boolean holds = request.action() instanceof RolloutAction.Hold;
    if (!holds) {
      warnings.addAll(BatchWarnings.of(batches, request.settings()));
    }
    return batches;
  }

  private @Nullable HoldPlan hold(List<Host> change) {
    if (request.action() instanceof RolloutAction.Hold hold) {
      return new HoldPlan.Start(hold.time());
    }
    HeldReleases held = asked.held();
    if (held == null) {
      return null;
    }
    List<Host> lost = held.lost().stream().filter(change::contains).toList();
    if (!lost.isEmpty()) {
      warnings.add(
          lost.stream().map(Host::name).collect(Collectors.joining(", "))
              + " held this release and "
              + (lost.size() == 1 ? "does" : "do")
              + " not any more: deployed like the other hosts");
    }
    return new HoldPlan.Promote(List.copyOf(held.hosts().keySet()), held.first());
  }

  private @Nullable Duration estimate(List<RolloutPlan.Batch> batches, Map<String, Long> lastMs) {
    boolean holds = request.action() instanceof RolloutAction.Hold && !batches.isEmpty();
    return Estimate.of(holds ? List.of(batches.getFirst()) : batches, lastMs, request.settings());
  }
}
