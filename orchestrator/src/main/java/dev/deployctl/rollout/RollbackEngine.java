package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.InventoryNow;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.Step;
import dev.deployctl.rollout.planning.HostWarnings;
import dev.deployctl.rollout.planning.SameMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rolls a rollout back, from what the hosts themselves know: any laptop will do, and only hosts
 * that the rollout changed are touched.
 */
public final class RollbackEngine {
  private final Notes notes;
  private final Ports ports;
  private final Interruption interruption;
  private final @Nullable LockId held;

  /**
   * @param interruption where a Ctrl-C is seen: then hosts that run finish, and no more are begun
   * @param held a lock that the user holds on all hosts already, or null
   */
  public RollbackEngine(
      HostAgent agent,
      Timeline timeline,
      EventSink sink,
      Interruption interruption,
      @Nullable LockId held) {
    this.notes = new Notes(sink);
    this.ports = new Ports(agent, timeline, notes);
    this.interruption = interruption;
    this.held = held;
  }

  /**
   * Finds out what there is to take back. Touches nothing.
   *
   * @param wanted the rollout to roll back; null for the last one that changed any of these hosts
   */
  public RollbackPlan prepare(
      App app, List<Host> hosts, @Nullable RolloutId wanted, int parallelism, int maxUnreachable)
      throws InterruptedException {
    List<HostResult> results =
        new FleetCall(ports.agent(), ports.timeline(), this::note)
            .ask(hosts, HostCommand.status(app), parallelism);
    Map<Host, AnswerEvents.Status> told = new HashMap<>();
    LatestRollout rollouts = new LatestRollout(ports.timeline().now());
    List<HostOutcome.Unreachable> unreachable = new ArrayList<>();
    for (HostResult result : results) {
      switch (result) {
        case HostResult.Answered answered -> {
          AnswerEvents.Status status = answered.status();
          if (status != null) {
            told.put(answered.host(), status);
            rollouts.add(answered.host().name(), status.serving(), answered.clock());
          }
        }
        case HostResult.Refused refused ->
            throw new DeployException(
                FailureKind.PREFLIGHT_REFUSED,
                refused.host().name() + ": " + refused.error().message() + "; nothing was touched",
                refused.error().hint());
        case HostResult.Unreachable lost -> unreachable.add(Outcomes.unreachable(lost, null));
      }
    }
    if (unreachable.size() > maxUnreachable) {
      HostOutcome.Unreachable first = unreachable.getFirst();
      throw new DeployException(
          FailureKind.UNREACHABLE,
          unreachable.size()
              + " of "
              + hosts.size()
              + " hosts are unreachable ("
              + first.host().name()
              + ": "
              + first.reason()
              + "); nothing was touched",
          "--max-unreachable "
              + unreachable.size()
              + " rolls back the others, and leaves these as they are");
    }
    HostValues.Serving last = wanted == null ? last(app, told, rollouts) : null;
    RolloutId undone = wanted == null ? idOf(app, last, told) : wanted;
    RollbackPlan plan = plan(app, hosts, told, unreachable, undone, last);
    FleetCall call = new FleetCall(ports.agent(), ports.timeline(), this::note);
    List<String> warnings =
        new ArrayList<>(HostWarnings.ofRollback(call, plan, parallelism).lines());
    warnings.addAll(SameMachine.warnings(hosts));
    return plan.warning(warnings);
  }

  private void note(String text) {
    ports.tell(new RolloutEvent.Note(text));
  }

  /** Carries the plan out. */
  public RolloutOutcome run(RollbackPlan plan, RolloutId id, RollbackOptions options)
      throws InterruptedException {
    Instant begun = ports.timeline().now();
    plan.warnings().forEach(notes::add);
    Map<Host, HostOutcome> outcomes = new HashMap<>();
    TerminatedHosts terminated = new TerminatedHosts(ports.timeline(), options.inventoryNow());
    Ending ending = interruption.requested() ? Ending.INTERRUPTED : Ending.DONE;
    if (ending == Ending.DONE) {
      try (DeployLock lock =
          new DeployLock(ports, interruption, plan.app(), options.lock(), held)) {
        HostResult.Refused refusal = lock.take(plan.hosts(), options.parallelism());
        if (refusal == null) {
          FleetRollback undo =
              new FleetRollback(
                  ports,
                  interruption,
                  plan.app(),
                  plan.undone(),
                  options.reconnectTimeout(),
                  terminated,
                  id);
          outcomes.putAll(undo.run(plan.hosts(), options.parallelism(), lock, null));
          ending = outcomes.size() < plan.hosts().size() ? Ending.INTERRUPTED : Ending.DONE;
          Leases.Loss loss = lock.loss();
          if (loss != null) {
            ending = Ending.LOCK_LOST;
            notes.add(loss.text(plan.app()));
          }
        } else {
          ending = DeployLock.ending(refusal, interruption);
          outcomes.put(refusal.host(), refused(plan, refusal));
        }
      }
    }
    RolloutOutcome outcome =
        new RolloutOutcome(
            id,
            plan.app(),
            ending,
            null,
            all(plan, outcomes, terminated),
            0,
            Duration.between(begun, ports.timeline().now()),
            notes.all(),
            plan.undone(),
            null);
    ports.tell(new RolloutEvent.Finished(outcome));
    return outcome;
  }

  private static HostOutcome refused(RollbackPlan plan, HostResult.Refused refusal) {
    return Outcomes.refused(refusal, plan.from().get(refusal.host().id()), Step.LOCK);
  }

  private static List<HostOutcome> all(
      RollbackPlan plan, Map<Host, HostOutcome> outcomes, TerminatedHosts terminated) {
    List<HostOutcome> all = new ArrayList<>();
    for (Host host : plan.hosts()) {
      HostOutcome outcome = outcomes.get(host);
      all.add(
          outcome == null ? new HostOutcome.Untouched(host, plan.from().get(host.id())) : outcome);
    }
    plan.untouched()
        .forEach(host -> all.add(new HostOutcome.Untouched(host, plan.from().get(host.id()))));
    plan.unreachable().forEach(host -> all.add(terminated.judge(host)));
    return all;
  }

  /**
   * The options of a rollback.
   *
   * @param inventoryNow asks the inventory again, about hosts that do not answer
   */
  public record RollbackOptions(
      int parallelism, LockTerms lock, Duration reconnectTimeout, InventoryNow inventoryNow) {}

  private static HostValues.@Nullable Serving last(
      App app, Map<Host, AnswerEvents.Status> told, LatestRollout rollouts) {
    HostValues.Serving last = rollouts.find(app);
    if (last != null && last.byRollback()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "the last change of "
              + app
              + " was itself a rollback ("
              + last.rollout()
              + ", "
              + last.since()
              + "); nothing was touched",
          "to go further back: "
              + LastRollout.choices(app, told)
              + "; deployctl history "
              + app
              + " lists rollouts, and deployctl rollout "
              + app
              + " --tag or --digest brings any release");
    }
    return last;
  }

  /** The rollout that the last change belongs to: of a restart, the one whose image it started. */
  private static RolloutId idOf(
      App app, HostValues.@Nullable Serving last, Map<Host, AnswerEvents.Status> told) {
    if (last == null || last.rollout() == null) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no host runs a release of " + app + " that could be rolled back",
          "deployctl status " + app + " shows what runs where");
    }
    String image = LastRollout.of(statusOf(last, told));
    return new RolloutId(last.byRestart() && image != null ? image : last.rollout());
  }

  private static AnswerEvents.@Nullable Status statusOf(
      HostValues.Serving serving, Map<Host, AnswerEvents.Status> told) {
    return told.values().stream()
        .filter(status -> serving.equals(status.serving()))
        .findFirst()
        .orElse(null);
  }

  private static RollbackPlan plan(
      App app,
      List<Host> hosts,
      Map<Host, AnswerEvents.Status> told,
      List<HostOutcome.Unreachable> unreachable,
      RolloutId undone,
      HostValues.@Nullable Serving last) {
    List<Host> changed = new ArrayList<>();
    List<Host> untouched = new ArrayList<>();
    Map<String, Release> from = new HashMap<>();
    Map<String, Release> to = new HashMap<>();
    for (Host host : hosts) {
      AnswerEvents.Status status = told.get(host);
      if (status == null) {
        continue;
      }
      HostValues.Serving serving = status.serving();
      if (serving != null) {
        from.put(host.id(), Release.of(serving));
      }
      if (!LastRollout.isFrom(status, undone)) {
        untouched.add(host);
        continue;
      }
      changed.add(host);
      Release before = LastRollout.before(status, undone);
      if (before != null) {
        to.put(host.id(), before);
      }
    }
    if (changed.isEmpty()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no host runs what rollout " + undone + " put there: there is nothing to roll back",
          "what hosts run goes back with " + LastRollout.choices(app, told));
    }
    List<String> warnings =
        new ArrayList<>(
            LastRollout.warnings(app, undone, changed.stream().map(told::get).toList()));
    Map<Host, AnswerEvents.Status> others = new HashMap<>();
    untouched.forEach(host -> others.put(host, Objects.requireNonNull(told.get(host))));
    warnings.addAll(LastRollout.differences(app, others, to.values()));
    return new RollbackPlan(
        app,
        undone,
        last == null ? null : last.by(),
        last == null ? null : last.since(),
        changed,
        untouched,
        unreachable,
        from,
        to,
        warnings);
  }
}
