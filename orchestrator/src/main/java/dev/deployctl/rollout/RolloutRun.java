package dev.deployctl.rollout;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One rollout under way: what has come of its hosts so far, and whether it may go on. */
final class RolloutRun {
  private final Ports ports;
  private final Interruption interruption;
  private final @Nullable LockId held;
  private final RolloutRequest request;
  private final RolloutPlan plan;
  private final Instant begun;
  private final Map<Host, HostOutcome> outcomes = new ConcurrentHashMap<>();
  private final FailureBudget budget;
  private final TerminatedHosts terminated;
  private final Notes notes;
  private final AfterBatch after;
  private @Nullable DeployLock lock;
  private ReleaseCommand.@Nullable Run released;

  RolloutRun(
      Ports ports,
      Notes notes,
      Interruption interruption,
      GateKeeper keeper,
      @Nullable LockId held,
      RolloutRequest request,
      RolloutPlan plan) {
    this.ports = ports;
    this.notes = notes;
    this.interruption = interruption;
    this.held = held;
    this.request = request;
    this.plan = plan;
    this.begun = ports.timeline().now();
    // Hosts within maxUnreachable are tolerated on top: they were known, and named, before
    // anything was touched.
    this.budget = new FailureBudget(plan.maxFailures());
    this.terminated = new TerminatedHosts(ports.timeline(), request.inventoryNow());
    this.after =
        new AfterBatch(
            ports, keeper, interruption, request, plan, terminated::gone, this::lockLost);
    plan.warnings().forEach(notes::add);
  }

  RolloutOutcome run() throws InterruptedException {
    ports.tell(new RolloutEvent.Planned(plan));
    if (plan.hosts().isEmpty()) {
      return finish(Ending.DONE);
    }
    if (interruption.requested()) {
      return finish(Ending.INTERRUPTED);
    }
    Ending ending;
    try (DeployLock lock =
        new DeployLock(ports, interruption, request.app(), request.lock(), held)) {
      this.lock = lock;
      ending = underLock(lock);
    }
    // After the unlock, so that nothing follows the outcome and it has every note.
    return finish(ending);
  }

  private Ending underLock(DeployLock lock) throws InterruptedException {
    HostResult.Refused refusal = lock.take(plan.hosts(), request.settings().parallelism());
    if (refusal != null) {
      outcomes.put(refusal.host(), failed(refusal));
      return DeployLock.ending(refusal, interruption);
    }
    ImageRef.Digest digest = plan.digest();
    if (digest != null) {
      new ImagePull(ports, plan, request.app(), digest)
          .run(request.settings().parallelism(), this::stopped, this::settle);
    }
    Ending early = stopped() ? null : runReleaseCommand(lock);
    if (early == null && !stopped()) {
      goOver(lock);
    }
    Ending ending = early == null ? ending(lock) : lost(lock, early);
    new InventoryDiff(ports.agent(), ports.timeline()).notes(request).forEach(notes::add);
    return ending;
  }

  /** Returns null where the rollout goes on, else how it ends. */
  private @Nullable Ending runReleaseCommand(DeployLock lock) throws InterruptedException {
    ReleaseStage stage =
        new ReleaseStage(ports, notes, interruption, request, plan, terminated::gone);
    ReleaseStage.End end = stage.run(lock, outcomes.keySet());
    released = end.run();
    HostOutcome.Failed failure = end.failure();
    if (failure != null) {
      outcomes.put(failure.host(), failure);
      ports.tell(new RolloutEvent.HostFinished(failure));
    }
    return end.ending();
  }

  private void goOver(DeployLock lock) throws InterruptedException {
    HostUpdate change = new HostUpdate(ports, request, plan, terminated::gone);
    List<RolloutPlan.Batch> batches = plan.batches();
    for (int i = 0; i < batches.size() && !stopped(); i++) {
      RolloutPlan.Batch batch = batches.get(i);
      List<Host> hosts =
          batch.hosts().stream().filter(host -> !outcomes.containsKey(host)).toList();
      ports.tell(
          new RolloutEvent.BatchStarted(i + 1, batches.size(), batch.hosts(), batch.canary()));
      ports
          .timeline()
          .forEach(
              hosts,
              hosts.isEmpty() ? 1 : hosts.size(),
              host -> {
                if (!stopped()) {
                  change(host, change, lock);
                }
              });
      ports.tell(
          new RolloutEvent.BatchFinished(i + 1, batches.size(), budget.failures(), budget.limit()));
      if (!stopped()) {
        List<Host> updated =
            plan.hosts().stream()
                .filter(host -> outcomes.get(host) instanceof HostOutcome.Updated)
                .toList();
        after.run(batch, i + 1, updated);
      }
    }
  }

  /** Changes a host on which the lock holds, and settles what came of it. */
  private void change(Host host, HostUpdate change, DeployLock lock) throws InterruptedException {
    HostResult.Refused refusal = lock.ensure(host);
    if (refusal == null) {
      HostOutcome outcome = change.run(host, lock.id());
      boolean lost =
          outcome instanceof HostOutcome.Failed failed
              && failed.step() == null
              && lock.isLost(host, failed.error());
      settle(lost ? new HostOutcome.Untouched(host, serving(host)) : outcome);
    } else if (lock.loss() == null) {
      settle(failed(refusal));
    }
  }

  private HostOutcome failed(HostResult.Refused refusal) {
    return Outcomes.refused(refusal, serving(refusal.host()), Step.LOCK);
  }

  private boolean lockLost() {
    DeployLock ours = lock;
    return ours != null && ours.loss() != null;
  }

  private Ending ending(DeployLock lock) throws InterruptedException {
    return lost(lock, endingOf(lock));
  }

  private Ending lost(DeployLock lock, Ending ending) {
    Leases.Loss loss = lock.loss();
    if (loss == null) {
      return ending;
    }
    notes.add(loss.text(request.app()));
    return Ending.LOCK_LOST;
  }

  private Ending endingOf(DeployLock lock) throws InterruptedException {
    if (lock.loss() != null) {
      return Ending.LOCK_LOST;
    }
    Ending stopped = budget.spent() ? Ending.OVER_BUDGET : after.ending();
    if (stopped == null) {
      boolean whole = outcomes.size() >= plan.hosts().size() && after.passed();
      return interruption.requested() && !whole ? Ending.INTERRUPTED : Ending.DONE;
    }
    List<Host> changed = changedHosts();
    if (request.settings().onFailure() != OnFailure.ROLLBACK || changed.isEmpty()) {
      return stopped;
    }
    ReleaseStage.noteOfRollback(released).ifPresent(notes::add);
    Map<Host, HostOutcome> back = takeBack(changed, lock);
    outcomes.putAll(back);
    if (back.size() < changed.size() && lock.loss() == null) {
      notes.add("interrupted: not all changed hosts were rolled back");
      return Ending.INTERRUPTED;
    }
    return Ending.ROLLED_BACK;
  }

  /** Takes exactly the hosts that this rollout changed back to the release each ran before. */
  private Map<Host, HostOutcome> takeBack(List<Host> changed, DeployLock lock)
      throws InterruptedException {
    return new FleetRollback(
            ports,
            interruption,
            request.app(),
            request.id(),
            request.reconnectTimeout(),
            terminated)
        .run(changed, request.settings().parallelism(), lock, plan.wanted());
  }

  private void settle(HostOutcome told) {
    HostOutcome outcome = terminated.judge(told);
    outcomes.put(outcome.host(), outcome);
    ports.tell(new RolloutEvent.HostFinished(outcome));
    if (budget.count(outcome)) {
      ports.tell(new RolloutEvent.BudgetSpent(budget.failures(), budget.limit()));
    }
  }

  private List<Host> changedHosts() {
    return plan.hosts().stream()
        .filter(
            host -> {
              HostOutcome outcome = outcomes.get(host);
              return outcome != null && outcome.changed();
            })
        .toList();
  }

  private boolean stopped() {
    return budget.spent() || after.ending() != null || interruption.requested() || lockLost();
  }

  private @Nullable Release serving(Host host) {
    return plan.serving().get(host.id());
  }

  private RolloutOutcome finish(Ending ending) {
    List<HostOutcome> all = new ArrayList<>();
    for (Host host : plan.hosts()) {
      HostOutcome outcome = outcomes.get(host);
      all.add(outcome == null ? new HostOutcome.Untouched(host, serving(host)) : outcome);
    }
    plan.skipped().forEach(host -> all.add(new HostOutcome.Skipped(host, serving(host))));
    plan.unreachable().forEach(host -> all.add(terminated.judge(host)));
    RolloutOutcome outcome =
        new RolloutOutcome(
            request.id(),
            request.app(),
            ending,
            plan.wanted(),
            all,
            plan.maxFailures(),
            Duration.between(begun, ports.timeline().now()),
            notes.all(),
            null,
            released,
            after.gates(),
            plan.source());
    ports.tell(new RolloutEvent.Finished(outcome));
    return outcome;
  }
}
