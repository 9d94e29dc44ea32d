package dev.deployctl.rollout;

import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.InventoryNow;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
   * Returns the plan that rolls back one rollout. Touches nothing.
   *
   * @param wanted the rollout to roll back; null for the last one that changed any of these hosts
   */
  public RollbackPlan prepare(
      App app, List<Host> hosts, @Nullable RolloutId wanted, int parallelism, int maxUnreachable)
      throws InterruptedException {
    return new RollbackPlanner(ports).plan(app, hosts, wanted, parallelism, maxUnreachable);
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
            null,
            null,
            List.of(),
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
}
