package dev.deployctl.rollout;

import static dev.deployctl.rollout.RolloutFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.rollout.SimulatedHost.Behavior;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One slow host delays the batch, and its name is printed. */
class SlowHostsTest {
  @Test
  void theHostThatAllOthersWaitForIsNamedOnce() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).slow = Duration.ofSeconds(52);
    fixture.rollOut(settings("1", "1", 0));
    assertThat(fixture.events)
        .filteredOn(
            event ->
                event instanceof RolloutEvent.Note note
                    && note.message().contains("still waiting for web-00002"))
        .hasSize(1);
  }

  @Test
  void nothingIsSaidOfHostsThatAnswer() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.rollOut(settings("1", "1", 0));
    assertThat(fixture.events.toString()).doesNotContain("still waiting");
  }

  @Test
  void hostThatDoesNotAnswerACallIsNamedOnce() throws Exception {
    RolloutFixture fixture = RolloutFixture.of(Behavior.GOOD, Behavior.GOOD);
    fixture.host(2).slow = Duration.ofSeconds(52);
    List<String> notes = ask(fixture);
    assertThat(notes).singleElement().asString().contains("still waiting for web-00002: ");
  }

  @Test
  void noHostIsNamedWhereAllAnswerACall() throws Exception {
    assertThat(ask(RolloutFixture.of(Behavior.GOOD, Behavior.GOOD))).isEmpty();
  }

  private static List<String> ask(RolloutFixture fixture) throws Exception {
    List<String> notes = new ArrayList<>();
    fixture.timeline.play(
        () ->
            new FleetCall(fixture.fleet, fixture.timeline, notes::add)
                .ask(fixture.hosts, HostCommand.status(new App("blog")), 2));
    return notes;
  }
}
