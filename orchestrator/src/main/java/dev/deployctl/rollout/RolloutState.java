package dev.deployctl.rollout;

import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The state of a rollout under way: what has come of its hosts, and whether it may go on. */
final class RolloutState {
  private final Ports ports;
  private final Interruption interruption;
  private final RolloutPlan plan;
  private final Map<Host, HostOutcome> outcomes = new ConcurrentHashMap<>();
  private final FailureBudget budget;
  private final TerminatedHosts terminated;
  private volatile @Nullable DeployLock lock;
  private volatile boolean refused;

  RolloutState(
      Ports ports, Interruption interruption, RolloutPlan plan, TerminatedHosts terminated) {
    this.ports = ports;
    this.interruption = interruption;
    this.plan = plan;
    this.terminated = terminated;
    // Hosts within maxUnreachable are tolerated on top: they were known, and named, before
    // anything was touched.
    this.budget = new FailureBudget(plan.maxFailures());
  }

  /** Begins the part that the lock protects. */
  void locked(DeployLock acquired) {
    lock = acquired;
  }

  /** Begins no more hosts: what the rollout has changed so far must go no further. */
  void refuse() {
    refused = true;
  }

  FailureBudget budget() {
    return budget;
  }

  /** Returns whether no more hosts may be begun. */
  boolean stopped() {
    return budget.spent() || refused || interruption.requested() || lockLost();
  }

  boolean lockLost() {
    DeployLock ours = lock;
    return ours != null && ours.loss() != null;
  }

  /** Records the outcome of a host, counts it and tells of it. */
  void settle(HostOutcome told) {
    HostOutcome outcome = terminated.judge(told);
    outcomes.put(outcome.host(), outcome);
    ports.tell(new RolloutEvent.HostFinished(outcome));
    if (budget.count(outcome)) {
      ports.tell(new RolloutEvent.BudgetSpent(budget.failures(), budget.limit()));
    }
  }

  /** Records an outcome that is told elsewhere and does not count. */
  void put(HostOutcome outcome) {
    outcomes.put(outcome.host(), outcome);
  }

  /** Records these outcomes in place of earlier ones. */
  void putAll(Map<Host, HostOutcome> later) {
    outcomes.putAll(later);
  }

  @Nullable HostOutcome of(Host host) {
    return outcomes.get(host);
  }

  /** Returns the hosts that have an outcome. */
  Set<Host> ended() {
    return outcomes.keySet();
  }

  /** Returns those of these hosts that have no outcome yet. */
  List<Host> open(List<Host> hosts) {
    return hosts.stream().filter(host -> !outcomes.containsKey(host)).toList();
  }

  /** Returns the hosts of the plan whose outcome is such, in the order of the plan. */
  List<Host> hosts(Predicate<HostOutcome> such) {
    return plan.hosts().stream()
        .filter(
            host -> {
              HostOutcome outcome = outcomes.get(host);
              return outcome != null && such.test(outcome);
            })
        .toList();
  }

  /** Returns the hosts that may still hold the release that was to be promoted. */
  List<Host> stillHolding() {
    return plan.hold() instanceof HoldPlan.Promote promote
        ? promote.hosts().stream().filter(host -> stillHolds(outcomes.get(host))).toList()
        : List.of();
  }

  /** A host removes a release that has failed, and holds it as before after any other failure. */
  private static boolean stillHolds(@Nullable HostOutcome outcome) {
    return switch (outcome) {
      case null -> true;
      case HostOutcome.Untouched _, HostOutcome.Unreachable _, HostOutcome.Unknown _ -> true;
      case HostOutcome.Failed failed ->
          !failed.changed() && !failed.error().is(HostErrorKind.RELEASE_FAILED);
      default -> false;
    };
  }

  /** Returns the release that was live on a host when the plan was made. */
  @Nullable Release serving(Host host) {
    return plan.serving().get(host.id());
  }

  /** Returns the outcome of a host on which the lock was not acquired. */
  HostOutcome failed(HostResult.Refused refusal) {
    return Outcomes.refused(refusal, serving(refusal.host()), Step.LOCK);
  }

  /** Returns one outcome for each host that was found. */
  List<HostOutcome> all() {
    List<HostOutcome> all = new ArrayList<>();
    for (Host host : plan.hosts()) {
      HostOutcome outcome = outcomes.get(host);
      all.add(outcome == null ? new HostOutcome.Untouched(host, serving(host)) : outcome);
    }
    plan.skipped().forEach(host -> all.add(new HostOutcome.Skipped(host, serving(host))));
    plan.unreachable().forEach(host -> all.add(terminated.judge(host)));
    return all;
  }
}
