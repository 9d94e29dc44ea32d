package dev.deployctl.gates;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Gate;
import dev.deployctl.rollout.gate.GateKeeper.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for the states of alarms. Only OK passes: an alarm without enough data is asked for again
 * until the time is over, and one that is unknown or cannot be read does not pass.
 */
final class AlarmGate {
  private final Alarms alarms;
  private final Duration between;

  /**
   * @param between the time between two attempts
   */
  AlarmGate(Alarms alarms, Duration between) {
    this.alarms = alarms;
    this.between = between;
  }

  Answer ask(Gate.Alarm wanted, Duration limit) throws InterruptedException {
    Deadline deadline = Deadline.in(limit);
    while (true) {
      List<Alarms.State> states;
      try {
        states = read(wanted, deadline.left());
      } catch (DeployException failed) {
        if (failed.kind() == FailureKind.INTERRUPTED) {
          boolean _ = Thread.interrupted();
          throw (InterruptedException) new InterruptedException().initCause(failed);
        }
        String hint = failed.hint();
        return new Answer(false, failed.reason() + (hint == null ? "" : "; " + hint));
      }
      List<String> unknown = unknown(wanted, states);
      if (!unknown.isEmpty()) {
        return new Answer(false, "there is no alarm " + String.join(", ", unknown) + where(wanted));
      }
      List<Alarms.State> bad =
          states.stream().filter(state -> !state.value().equals("OK")).toList();
      if (bad.isEmpty()) {
        return new Answer(true, String.join(", ", wanted.names()) + ": OK");
      }
      boolean waits =
          bad.stream().allMatch(state -> state.value().equals("INSUFFICIENT_DATA"))
              && deadline.waits(between);
      if (!waits) {
        return new Answer(false, text(bad));
      }
    }
  }

  /**
   * Checks that the states of alarms can be read, whatever they are.
   *
   * @throws DeployException when one does not exist or the service refuses
   */
  void check(Gate.Alarm wanted, Duration limit) {
    List<String> unknown = unknown(wanted, read(wanted, limit));
    if (!unknown.isEmpty()) {
      throw new DeployException(
          FailureKind.PREFLIGHT_REFUSED,
          "there is no alarm " + String.join(", ", unknown) + where(wanted),
          "correct the name or the region under gates in deployctl.yml");
    }
  }

  private List<Alarms.State> read(Gate.Alarm wanted, Duration limit) {
    return alarms.states(wanted.names(), wanted.region(), limit);
  }

  private static List<String> unknown(Gate.Alarm wanted, List<Alarms.State> states) {
    List<String> unknown = new ArrayList<>(wanted.names());
    states.forEach(state -> unknown.remove(state.name()));
    return unknown;
  }

  private static String where(Gate.Alarm wanted) {
    return wanted.region() == null ? " in the region of the inventory" : " in " + wanted.region();
  }

  private static String text(List<Alarms.State> bad) {
    return String.join(
        "; ",
        bad.stream()
            .map(
                state ->
                    state.name()
                        + " is in the state "
                        + state.value()
                        + (state.reason().isEmpty() ? "" : ": " + state.reason()))
            .toList());
  }
}
