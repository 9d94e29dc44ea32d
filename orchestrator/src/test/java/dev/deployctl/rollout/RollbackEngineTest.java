package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Host;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rollback of a rollout from the records of the hosts. */
class RollbackEngineTest {
  @Test
  void takesBackTheLastRolloutOnExactlyTheHostsThatItChanged() throws Exception {
    RolloutFixture fixture =
        RolloutFixture.of(Behavior.GOOD, Behavior.BROKEN_RELEASE, Behavior.GOOD);
    RolloutOutcome rollout = fixture.rollOut(settings("0", "3", 1));
    assertThat(rollout.hosts()).filteredOn(HostOutcome::changed).hasSize(2);
    RolloutOutcome back = fixture.rollBack(null, 8);
    assertThat(back.ending()).isEqualTo(Ending.DONE);
    assertThat(back.exitCode()).isZero();
    assertThat(back.undone()).isEqualTo(rollout.id());
    assertThat(undone(fixture)).containsExactly(1, 0, 1);
    assertFreeAndBack(fixture);
  }

  @Test
  void interruptionFinishesWhatRunsBeginsNoMoreAndFreesTheLock() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Collections.nCopies(6, Behavior.GOOD));
    RolloutOutcome rollout = fixture.rollOut(settings("0", "6", 0));
    AtomicInteger begun = new AtomicInteger();
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted && begun.incrementAndGet() == 2) {
            fixture.interruption.request();
          }
        };
    RolloutOutcome back = fixture.rollBack(null, 2);
    assertThat(back.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(back.exitCode()).isEqualTo(130);
    assertThat(undone(fixture)).containsExactly(1, 1, 0, 0, 0, 0);
    assertThat(back.hosts()).filteredOn(HostOutcome.RolledBack.class::isInstance).hasSize(2);
    assertThat(back.hosts()).filteredOn(HostOutcome.Untouched.class::isInstance).hasSize(4);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());

    // The other hosts need the id of the rollout, because the last change was a rollback.
    RolloutFixture rest = fixture.afresh();
    RolloutOutcome again = rest.rollBack(rollout.id(), 2);
    assertThat(again.exitCode()).isZero();
    assertThat(undone(rest)).containsExactly(1, 1, 1, 1, 1, 1);
    assertFreeAndBack(rest);
  }

  @Test
  void interruptionBeforeItBeginsTouchesNothing() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.rollOut(settings("0", "2", 0));
    fixture.interruption.request();
    RolloutOutcome back = fixture.rollBack(null, 2);
    assertThat(back.ending()).isEqualTo(Ending.INTERRUPTED);
    assertThat(undone(fixture)).containsExactly(0, 0);
    assertThat(back.hosts()).allMatch(HostOutcome.Untouched.class::isInstance);
    assertThat(fixture.fleet.hosts.values()).allSatisfy(host -> assertThat(host.lock).isNull());
  }

  @Test
  void hostThatWasTerminatedMeanwhileIsGoneAndNoFailure() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.rollOut(settings("0", "2", 0));
    fixture.also =
        event -> {
          if (event instanceof RolloutEvent.HostStarted started
              && started.host().name().equals("web-00001")) {
            fixture.host(1).backAt = java.time.Instant.MAX;
          }
        };
    fixture.hostsNow = () -> fixture.hosts.subList(1, 2);
    RolloutOutcome back = fixture.rollBack(null, 8);
    assertThat(back.exitCode()).isZero();
    assertThat(back.hosts().getFirst()).isInstanceOf(HostOutcome.Terminated.class);
    assertThat(back.hosts().getLast()).isInstanceOf(HostOutcome.RolledBack.class);
  }

  private static List<Integer> undone(RolloutFixture fixture) {
    return fixture.fleet.hosts.values().stream().map(host -> host.undone).toList();
  }

  private static void assertFreeAndBack(RolloutFixture fixture) {
    assertThat(fixture.fleet.hosts.values())
        .allSatisfy(
            host -> {
              assertThat(host.serving).isNotEqualTo(SimulatedFleet.WANTED);
              assertThat(host.lock).isNull();
            });
  }

  @Test
  void planHasTheWarningsOfThePreflightAndNamesHostsThatAreOneMachine() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    Host again = new Host("other", "web-other", fixture.hosts.get(1).address(), "a", Map.of());
    fixture.rollOut(settings("1", "1", 0));
    fixture.hosts.add(again);
    fixture.fleet.hosts.put("other", new SimulatedHost(Behavior.GOOD));
    fixture.host(1).warnings = List.of("the disk is 91 % full");
    RolloutOutcome outcome = fixture.rollBack(null, 2);
    assertThat(outcome.notes())
        .anyMatch(note -> note.equals("web-00001: the disk is 91 % full"))
        .anyMatch(note -> note.contains("web-00002 and web-other have one address"));
  }

  @Test
  void planWarnsOfHostsThatAnsweredWithOneId() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.rollOut(settings("1", "1", 0));
    fixture.host(1).id = "5f0c3d8e91b2a674";
    fixture.host(2).id = "5f0c3d8e91b2a674";
    assertThat(fixture.rollBack(null, 2).notes())
        .anyMatch(note -> note.startsWith("web-00001, web-00002 answered with one host id"));
  }
}
