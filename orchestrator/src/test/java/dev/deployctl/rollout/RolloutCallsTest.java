package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The calls that a rollout makes on each host: no more than needed, and announced where they can
 * be.
 */
class RolloutCallsTest {
  private static final Behavior[] SIX = {
    Behavior.GOOD, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD, Behavior.GOOD
  };

  private final RolloutFixture fixture = RolloutFixture.of(SIX);
  private final List<String> trace = new ArrayList<>();

  RolloutCallsTest() {
    fixture.fleet.hosts.values().forEach(host -> host.present = true);
    fixture.fleet.onCall = (host, command) -> trace.add(text(host, "", command));
    fixture.fleet.onPrepare = (host, command) -> trace.add(text(host, "prepare ", command));
  }

  private static String text(Host host, String prefix, HostCommand command) {
    return host.name() + " " + prefix + command.verb();
  }

  private void rollOut(RolloutSettings settings) throws Exception {
    assertThat(fixture.rollOut(settings).ending()).isEqualTo(Ending.DONE);
  }

  private List<String> of(Host host) {
    return trace.stream()
        .filter(line -> line.startsWith(host.name() + " ") && !line.contains("prepare"))
        .map(line -> line.substring(host.name().length() + 1))
        .toList();
  }

  @Test
  void asksEachHostFourTimesWhereTheImageIsThere() throws Exception {
    rollOut(settings("0", "1", 0));
    for (Host host : fixture.hosts) {
      // Nine seconds a deploy: the hosts that wait have their locks renewed meanwhile.
      assertThat(of(host).stream().distinct())
          .containsExactly("preflight", "lock", "deploy", "unlock");
      assertThat(of(host).stream().filter(verb -> !verb.equals("lock")).toList())
          .containsExactly("preflight", "deploy", "unlock");
    }
  }

  @Test
  void asksEachHostFiveTimesWhereTheImageIsPulledAhead() throws Exception {
    fixture.fleet.hosts.values().forEach(host -> host.present = false);
    rollOut(settings("0", "6", 0));
    for (Host host : fixture.hosts) {
      assertThat(of(host)).containsExactly("preflight", "lock", "pull", "deploy", "unlock");
    }
  }

  @Test
  void preparesTheNextBatchWhileABatchIsChanged() throws Exception {
    rollOut(settings("0", "2", 0));
    for (int i = 0; i < 6; i++) {
      String name = fixture.hosts.get(i).name();
      int prepared = trace.indexOf(name + " prepare deploy");
      int made = trace.indexOf(name + " deploy");
      assertThat(prepared).as(trace.toString()).isNotNegative().isLessThan(made);
      long before =
          trace.subList(0, prepared).stream().filter(line -> line.endsWith("1 deploy")).count();
      assertThat(before).isLessThanOrEqualTo(1);
    }
    assertThat(trace.stream().filter(line -> line.contains("prepare deploy"))).hasSize(6);
  }

  @Test
  void preparesNoBatchThatHasToWaitForAPause() throws Exception {
    rollOut(RolloutFixture.baking(settings("0", "3", 0), Duration.ZERO, Duration.ofMinutes(1)));
    assertThat(trace.stream().filter(line -> line.contains("prepare deploy"))).hasSize(3);
  }

  @Test
  void preparesNoChangeBeforeAPull() throws Exception {
    fixture.fleet.hosts.values().forEach(host -> host.present = false);
    rollOut(settings("0", "6", 0));
    assertThat(trace).noneMatch(line -> line.contains("prepare deploy"));
  }

  @Test
  void makesExactlyTheCallsThatItPrepared() throws Exception {
    List<List<String>> prepared = new ArrayList<>();
    List<List<String>> made = new ArrayList<>();
    fixture.fleet.onCall = (host, command) -> made.add(call(host, command));
    fixture.fleet.onPrepare = (host, command) -> prepared.add(call(host, command));
    rollOut(settings("0", "2", 0));
    assertThat(prepared.stream().map(line -> line.get(1)).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("lock", "deploy", "unlock");
    assertThat(made).containsAll(prepared);
  }

  private static List<String> call(Host host, HostCommand command) {
    List<String> words = new ArrayList<>(List.of(host.name()));
    words.addAll(command.arguments());
    return words;
  }
}
