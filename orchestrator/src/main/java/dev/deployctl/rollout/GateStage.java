package dev.deployctl.rollout;

import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.Gate;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Asks the gates of a rollout. Whatever is no clear yes does not pass. */
final class GateStage {
  /** The time between two answers of a gate that must stay good. */
  private static final Duration BETWEEN = Duration.ofSeconds(15);

  private final Ports ports;
  private final GateKeeper keeper;
  private final Interruption interruption;
  private final BooleanSupplier lockLost;
  private final List<GateResult> results = new ArrayList<>();
  private boolean failed;

  GateStage(Ports ports, GateKeeper keeper, Interruption interruption, BooleanSupplier lockLost) {
    this.ports = ports;
    this.keeper = keeper;
    this.interruption = interruption;
    this.lockLost = lockLost;
  }

  /** Asks gates one after the other, up to the first that does not pass. */
  void ask(List<Gate> gates, GateKeeper.Moment moment) throws InterruptedException {
    for (Gate gate : gates) {
      if (interruption.requested() || lockLost.getAsBoolean()) {
        return;
      }
      ports.tell(new RolloutEvent.GateStarted(gate.name(), moment.after()));
      Timeline timeline = ports.timeline();
      Instant begun = timeline.now();
      GateKeeper.Answer answer = answer(gate, moment);
      GateResult result =
          new GateResult(
              gate.name(),
              moment.after(),
              answer.passed(),
              answer.message(),
              Duration.between(begun, timeline.now()));
      results.add(result);
      ports.tell(new RolloutEvent.GateFinished(result));
      if (!answer.passed()) {
        failed = !interruption.requested();
        return;
      }
    }
  }

  private GateKeeper.Answer answer(Gate gate, GateKeeper.Moment moment)
      throws InterruptedException {
    Timeline timeline = ports.timeline();
    Instant end = timeline.now().plus(gate.hold());
    while (true) {
      GateKeeper.Answer answer = once(gate, moment);
      Duration left = Duration.between(timeline.now(), end);
      if (!answer.passed() || !left.isPositive()) {
        return answer;
      }
      interruption.pause(timeline, left.compareTo(BETWEEN) < 0 ? left : BETWEEN, lockLost);
      if (interruption.requested()) {
        return interrupted();
      }
      if (lockLost.getAsBoolean()) {
        return new GateKeeper.Answer(false, "not asked to the end: the lock was lost");
      }
    }
  }

  /** Asks once; an interrupt ends the question at once, since no host changes meanwhile. */
  private GateKeeper.Answer once(Gate gate, GateKeeper.Moment moment) throws InterruptedException {
    try {
      return interruption.beforeChanges(
          () ->
              keeper.ask(
                  gate, moment, line -> ports.tell(new RolloutEvent.GateTold(gate.name(), line))));
    } catch (InterruptedException stopped) {
      if (!interruption.requested()) {
        throw stopped;
      }
      return interrupted();
    } catch (RuntimeException broken) {
      return new GateKeeper.Answer(false, "could not be asked: " + broken.getMessage());
    }
  }

  private static GateKeeper.Answer interrupted() {
    return new GateKeeper.Answer(false, "not answered: interrupted");
  }

  /** Returns whether a gate did not pass. An interrupted one is no answer of the gate. */
  boolean failed() {
    return failed;
  }

  /** Returns whether all gates that were asked have passed. */
  boolean passed() {
    return results.stream().allMatch(GateResult::passed);
  }

  List<GateResult> results() {
    return results;
  }
}
