package dev.deployctl.gates;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the states of alarms: the port of alarm gates to CloudWatch. */
public interface Alarms {
  /**
   * Returns the states of alarms. One that does not exist is not among them.
   *
   * @param region the region of the alarms; null for that of the inventory
   * @throws dev.deployctl.model.DeployException when they cannot be read
   */
  List<State> states(List<String> names, @Nullable String region, Duration limit);

  /**
   * The state of an alarm.
   *
   * @param value {@code OK}, {@code ALARM} or {@code INSUFFICIENT_DATA}
   * @param reason why it is in that state, empty where that is not told
   */
  record State(String name, String value, String reason) {}
}
