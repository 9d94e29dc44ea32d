package dev.deployctl.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Gate;
import dev.deployctl.rollout.gate.GateKeeper.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alarms as a gate. Only OK passes. */
@Timeout(60)
final class AlarmGateTest {
  private static final Gate.Alarm BOTH =
      new Gate.Alarm(List.of("blog-5xx", "blog-latency"), "eu-west-1");
  private static final Duration LONG = Duration.ofSeconds(40);

  private final List<String> states = new ArrayList<>(List.of("OK"));
  private final Alarms alarms =
      (names, region, limit) ->
          names.stream()
              .filter(name -> !name.equals("missing"))
              .map(
                  name ->
                      new Alarms.State(
                          name,
                          name.equals("blog-5xx") ? next() : "OK",
                          "Threshold Crossed: 3 datapoints"))
              .toList();

  private String next() {
    return states.size() > 1 ? states.removeFirst() : states.getFirst();
  }

  private Answer ask(Gate.Alarm wanted, Duration limit) throws InterruptedException {
    return new AlarmGate(alarms, Duration.ofMillis(10)).ask(wanted, limit);
  }

  @Test
  void alarmsThatAreOkPass() throws Exception {
    assertThat(ask(BOTH, LONG)).isEqualTo(new Answer(true, "blog-5xx, blog-latency: OK"));
  }

  @Test
  void oneThatRingsDoesNotPassAtOnceAndItsReasonIsTold() throws Exception {
    states.set(0, "ALARM");
    assertThat(ask(BOTH, LONG))
        .isEqualTo(
            new Answer(false, "blog-5xx is in the state ALARM: Threshold Crossed: 3 datapoints"));
  }

  @Test
  void oneWithoutEnoughDataIsAskedForAgain() throws Exception {
    states.addAll(0, List.of("INSUFFICIENT_DATA", "INSUFFICIENT_DATA"));
    assertThat(ask(BOTH, LONG).passed()).isTrue();
    assertThat(states).containsExactly("OK");
  }

  @Test
  void oneThatNeverHasEnoughDataDoesNotPass() throws Exception {
    states.set(0, "INSUFFICIENT_DATA");
    assertThat(ask(BOTH, Duration.ofMillis(100)).message())
        .startsWith("blog-5xx is in the state INSUFFICIENT_DATA");
  }

  @Test
  void stateThatIsNotKnownDoesNotPass() throws Exception {
    states.set(0, "SNOOZED");
    assertThat(ask(BOTH, LONG).passed()).isFalse();
  }

  @Test
  void alarmThatDoesNotExistDoesNotPass() throws Exception {
    assertThat(ask(new Gate.Alarm(List.of("blog-latency", "missing"), "eu-west-1"), LONG))
        .isEqualTo(new Answer(false, "there is no alarm missing in eu-west-1"));
  }

  @Test
  void statesThatCannotBeReadDoNotPassAndTheRemedyIsTold() throws Exception {
    AlarmGate gate =
        new AlarmGate(
            (names, region, limit) -> {
              throw new DeployException(FailureKind.INVENTORY, "throttled", "wait a minute");
            },
            Duration.ofMillis(10));
    assertThat(gate.ask(BOTH, LONG)).isEqualTo(new Answer(false, "throttled; wait a minute"));
  }

  @Test
  void gateIsCheckedBeforeTheRolloutWhateverTheStateIs() {
    states.set(0, "ALARM");
    AlarmGate gate = new AlarmGate(alarms, Duration.ofMillis(10));
    gate.check(BOTH, LONG);
    assertThatThrownBy(() -> gate.check(new Gate.Alarm(List.of("missing"), null), LONG))
        .isInstanceOf(DeployException.class)
        .hasMessage("there is no alarm missing in the region of the inventory");
  }
}
