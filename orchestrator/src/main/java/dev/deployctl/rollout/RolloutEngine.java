package dev.deployctl.rollout;

import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.Gate;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.gate.GateKeeper;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rolls one release over hosts: lock, pull ahead, batches within a failure budget, and back where
 * that is asked for. Knows its ports alone.
 */
public final class RolloutEngine {
  /** The time between two attempts to acquire a lock that somebody else holds. */
  private static final Duration LOCK_ASKED = Duration.ofSeconds(3);

  private final Notes notes;
  private final Ports ports;
  private final Interruption interruption;
  private final @Nullable LockId held;
  private final GateKeeper keeper;

  public RolloutEngine(
      HostAgent agent, Timeline timeline, EventSink sink, Interruption interruption) {
    this(agent, timeline, sink, interruption, null, RolloutEngine::noGate);
  }

  /**
   * @param held a lock that the user holds on all hosts already, or null
   * @param keeper asks the gates of the settings
   */
  public RolloutEngine(
      HostAgent agent,
      Timeline timeline,
      EventSink sink,
      Interruption interruption,
      @Nullable LockId held,
      GateKeeper keeper) {
    this.held = held;
    this.keeper = keeper;
    this.notes = new Notes(sink);
    this.ports = new Ports(agent, timeline, notes);
    this.interruption = interruption;
  }

  /** Returns what a rollout would do, or why it would do nothing. Changes nothing. */
  public Prepared prepare(RolloutRequest request) throws InterruptedException {
    Instant begun = ports.timeline().now();
    while (true) {
      switch (new Preflight(ports.agent(), ports.timeline(), ports.sink(), held).prepare(request)) {
        case Prepared.Ready ready -> {
          return ready;
        }
        case Prepared.Refused refused -> {
          RolloutOutcome outcome = refused.outcome();
          Duration left =
              request.lock().timeout().minus(Duration.between(begun, ports.timeline().now()));
          if (outcome.ending() != Ending.LOCKED || !left.isPositive() || interruption.requested()) {
            return new Prepared.Refused(
                interruption.requested() ? outcome.endedBy(Ending.INTERRUPTED) : outcome);
          }
          // Asked again after the wait, because the holder of the lock may have changed the hosts.
          ports.tell(new RolloutEvent.Note(LockWait.text(outcome, left)));
          interruption.pause(ports.timeline(), left.compareTo(LOCK_ASKED) < 0 ? left : LOCK_ASKED);
        }
      }
    }
  }

  /** A plan, or the outcome of not having one. */
  public sealed interface Prepared {
    record Ready(RolloutPlan plan) implements Prepared {}

    record Refused(RolloutOutcome outcome) implements Prepared {}
  }

  /** Carries a plan out. */
  public RolloutOutcome run(RolloutRequest request, RolloutPlan plan) throws InterruptedException {
    return new RolloutRun(ports, notes, interruption, keeper, held, request, plan).run();
  }

  /** Answers where nobody can ask gates: none of them passes. */
  private static GateKeeper.Answer noGate(
      Gate gate, GateKeeper.Moment moment, Consumer<String> output) {
    return new GateKeeper.Answer(false, "nothing asks gates here");
  }
}
