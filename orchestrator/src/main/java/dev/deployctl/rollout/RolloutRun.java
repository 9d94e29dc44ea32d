package dev.deployctl.rollout;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.gate.GateKeeper;
import dev.deployctl.rollout.outcome.HoldPlan;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import dev.deployctl.rollout.planning.RolloutRequest;
import dev.deployctl.rollout.planning.Sources;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One rollout from its plan to its outcome: lock, pull ahead, release command, course, unlock. */
final class RolloutRun {
  private final Ports ports;
  private final Notes notes;
  private final Interruption interruption;
  private final @Nullable LockId held;
  private final RolloutRequest request;
  private final RolloutPlan plan;
  private final Instant begun;
  private final TerminatedHosts terminated;
  private final RolloutState state;
  private final AfterBatch after;
  private @Nullable SourceChange source;
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
    this.terminated = new TerminatedHosts(ports.timeline(), request.inventoryNow());
    this.state = new RolloutState(ports, interruption, plan, terminated);
    this.after =
        new AfterBatch(ports, keeper, interruption, request, plan, terminated::gone, state);
    this.source = plan.source();
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
      state.locked(lock);
      ending = underLock(lock);
    }
    // After the unlock, so that nothing follows the outcome and it has every note.
    return finish(ending);
  }

  private Ending underLock(DeployLock lock) throws InterruptedException {
    if (isBatchNext()) {
      HostUpdate update = new HostUpdate(ports, request, plan, terminated::gone);
      plan.batches().getFirst().hosts().forEach(host -> update.prepare(host, lock.id()));
    }
    HostResult.Refused refusal = lock.take(plan.hosts(), request.settings().parallelism());
    if (refusal != null) {
      state.put(state.failed(refusal));
      return DeployLock.ending(refusal, interruption);
    }
    ImageRef.Digest digest = plan.digest();
    if (digest != null) {
      ImagePull pull = new ImagePull(ports, plan, request.app(), digest);
      pull.run(request.settings().parallelism(), state::stopped, state::settle);
      learnSource(Sources.pulled(source, pull.labels()));
    }
    Ending early = state.stopped() ? null : runReleaseCommand(lock);
    Ending ending = early == null ? runCourse(lock) : lost(lock, early);
    new InventoryDiff(ports.agent(), ports.timeline()).notes(request).forEach(notes::add);
    return ending;
  }

  /** Returns whether the first batch comes right after the lock. */
  private boolean isBatchNext() {
    ReleaseCommand command = plan.release();
    boolean pulled =
        plan.digest() == null
            || plan.hosts().stream().allMatch(host -> plan.present().contains(host.id()));
    return pulled && (command == null || command.ran());
  }

  /** Returns null where the rollout goes on, else how it ends. */
  private @Nullable Ending runReleaseCommand(DeployLock lock) throws InterruptedException {
    ReleaseStage stage =
        new ReleaseStage(ports, notes, interruption, request, plan, terminated::gone);
    ReleaseStage.End end = stage.run(lock, state.ended());
    released = end.run();
    HostOutcome.Failed failure = end.failure();
    if (failure != null) {
      state.put(failure);
      ports.tell(new RolloutEvent.HostFinished(failure));
    }
    return end.ending();
  }

  private Ending runCourse(DeployLock lock) throws InterruptedException {
    Course course = course(lock);
    if (!state.stopped()) {
      course.run();
    }
    return lost(lock, lock.loss() == null ? course.ending() : Ending.LOCK_LOST);
  }

  private Course course(DeployLock lock) {
    if (plan.hold() instanceof HoldPlan.Start) {
      return new HoldCourse(
          interruption,
          plan,
          state,
          new BatchStep(ports, state, new HostUpdate(ports, request, plan, terminated::gone), lock),
          new HeldRemoval(ports, interruption, request, state, terminated, lock));
    }
    return new BatchCourse(
        ports, notes, interruption, request, plan, state, terminated, lock, after, released);
  }

  /** Tells what is known only since the image was pulled. */
  private void learnSource(@Nullable SourceChange known) {
    if (known == null || known.equals(source)) {
      return;
    }
    source = known;
    ports.tell(new RolloutEvent.SourceKnown(known));
    String warning = known.warning();
    if (warning != null && !plan.warnings().contains(warning)) {
      ports.tell(new RolloutEvent.Note(warning));
    }
  }

  private Ending lost(DeployLock lock, Ending ending) {
    Leases.Loss loss = lock.loss();
    if (loss == null) {
      return ending;
    }
    notes.add(loss.text(request.app()));
    return Ending.LOCK_LOST;
  }

  private RolloutOutcome finish(Ending ending) {
    RolloutOutcome outcome =
        new RolloutOutcome(
            request.id(),
            request.app(),
            ending,
            plan.wanted(),
            state.all(),
            plan.maxFailures(),
            Duration.between(begun, ports.timeline().now()),
            notes.all(),
            null,
            released,
            after.canary(),
            after.gates(),
            source,
            state.stillHolding());
    ports.tell(new RolloutEvent.Finished(outcome));
    return outcome;
  }
}
