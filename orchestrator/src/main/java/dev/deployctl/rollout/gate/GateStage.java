package dev.deployctl.rollout.gate;

import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.Gate;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.GateResult;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Asks the gates of a rollout. Whatever is no clear yes does not pass. */
public final class GateStage {
  /** The time between two answers of a gate that must stay good. */
  private static final Duration BETWEEN = Duration.ofSeconds(15);

  private final EventSink sink;
  private final Timeline timeline;
  private final GateKeeper keeper;
  private final Interruption interruption;
  private final BooleanSupplier lockLost;
  private final List<GateResult> results = new ArrayList<>();
  private boolean failed;

  /**
   * @param lockLost whether the rollout may change nothing more
   */
  public GateStage(
      EventSink sink,
      Timeline timeline,
      GateKeeper keeper,
      Interruption interruption,
      BooleanSupplier lockLost) {
    this.sink = sink;
    this.timeline = timeline;
    this.keeper = keeper;
    this.interruption = interruption;
    this.lockLost = lockLost;
  }

  /** Asks gates one after the other, up to the first that does not pass. */
  public void ask(List<Gate> gates, GateKeeper.Moment moment) throws InterruptedException {
    for (Gate gate : gates) {
      if (interruption.requested() || lockLost.getAsBoolean()) {
        return;
      }
      sink.tell(new RolloutEvent.GateStarted(gate.name(), gate.kind(), moment.after()));
      Instant begun = timeline.now();
      GateKeeper.Answer answer = answer(gate, moment);
      GateResult result =
          new GateResult(
              gate.name(),
              gate.kind(),
              moment.after(),
              answer.passed(),
              answer.message(),
              Duration.between(begun, timeline.now()));
      results.add(result);
      sink.tell(new RolloutEvent.GateFinished(result));
      if (!answer.passed()) {
        failed = !interruption.requested();
        return;
      }
    }
  }

  private GateKeeper.Answer answer(Gate gate, GateKeeper.Moment moment)
      throws InterruptedException {
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
                  gate, moment, line -> sink.tell(new RolloutEvent.GateTold(gate.name(), line))));
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
  public boolean failed() {
    return failed;
  }

  /** Returns whether all gates that were asked have passed. */
  public boolean passed() {
    return results.stream().allMatch(GateResult::passed);
  }

  public List<GateResult> results() {
    return results;
  }
}
