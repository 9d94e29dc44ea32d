package dev.deployctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.SearchText;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.SimulatedTimeline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Following the logs of an app, over connections that break. */
class FleetLogsTest {
  private static final Host WEB = Host.named("web-1");
  private static final String T1 = "2026-11-23T03:00:01.000Z";
  private static final String T2 = "2026-11-23T03:00:02.000Z";

  /** Connections one after another; each sends its lines, and all but the last break. */
  private static final class Flaky implements HostAgent {
    private final List<List<HostEvent>> connections;
    private final List<String> asked = new ArrayList<>();

    Flaky(List<List<HostEvent>> connections) {
      this.connections = new ArrayList<>(connections);
    }

    @Override
    public HostReply call(Host host, HostCommand command, Consumer<HostEvent> events)
        throws ConnectionLostException {
      asked.add(String.join(" ", command.arguments()));
      connections.removeFirst().forEach(events);
      if (!connections.isEmpty()) {
        throw new ConnectionLostException(host, "reset", null);
      }
      return new HostReply(0, null, "");
    }

    @Override
    public void close() {}
  }

  private static HostEvent line(int instance, String ts, String text) {
    return new AnswerEvents.LogLine(1, ts, instance, null, "stdout", text);
  }

  private static List<String> followed(Flaky hosts) throws Exception {
    return followed(hosts, null);
  }

  private static List<String> followed(Flaky hosts, FleetLogs.@Nullable Filter filter)
      throws Exception {
    List<String> seen = new ArrayList<>();
    FleetLogs.Question question =
        new FleetLogs.Question(new App("blog"), null, null, 7, null, filter);
    SimulatedTimeline timeline = new SimulatedTimeline();
    List<HostResult> answers =
        timeline.play(
            () ->
                new FleetLogs(hosts, timeline, text -> {})
                    .follow(
                        List.of(WEB),
                        question,
                        new FleetLogs.Follower() {
                          @Override
                          public void line(FleetLogs.Line line) {
                            seen.add(line.line().line());
                          }

                          @Override
                          public void lost(Host host, String reason) {
                            seen.add("lost");
                          }
                        }));
    assertThat(answers)
        .singleElement()
        .isInstanceOfSatisfying(
            HostResult.Answered.class,
            done -> assertThat(done.events()).as("nothing is kept").isEmpty());
    return seen;
  }

  @Test
  void linesOfOneInstantAreAllTold() throws Exception {
    Flaky hosts = new Flaky(List.of(List.of(line(1, T1, "a"), line(1, T1, "b"), line(1, T1, "c"))));

    assertThat(followed(hosts)).containsExactly("a", "b", "c");
  }

  @Test
  void instancesAreInNoOrderAmongEachOther() throws Exception {
    Flaky hosts = new Flaky(List.of(List.of(line(1, T2, "late"), line(2, T1, "early"))));

    assertThat(followed(hosts)).containsExactly("late", "early");
  }

  @Test
  void afterANewConnectionItGoesOnBehindTheLastLineOfEachInstance() throws Exception {
    Flaky hosts =
        new Flaky(
            List.of(
                List.of(line(1, T1, "a"), line(1, T2, "b"), line(1, T2, "c"), line(2, T1, "x")),
                List.of(
                    line(1, T1, "a"),
                    line(1, T2, "b"),
                    line(1, T2, "c"),
                    line(1, T2, "d"),
                    line(1, T2, "e"),
                    line(2, T1, "x"),
                    line(2, T2, "y"))));

    assertThat(followed(hosts)).containsExactly("a", "b", "c", "x", "lost", "d", "e", "y");
    assertThat(hosts.asked.getFirst()).contains("--tail=7").contains("--follow");
    assertThat(hosts.asked.getLast()).contains("--since=").doesNotContain("--tail");
  }

  @Test
  void aConnectionThatBreaksTwiceRepeatsNothing() throws Exception {
    List<HostEvent> both = List.of(line(1, T1, "a"), line(1, T1, "b"));
    Flaky hosts = new Flaky(List.of(both, both, List.of(line(1, T1, "a"), line(1, T1, "b"))));

    assertThat(followed(hosts)).containsExactly("a", "b", "lost", "lost");
  }

  @Test
  void aHostThatSentNoLineWithTheTextYetIsFollowedThroughABrokenConnection() throws Exception {
    Flaky hosts = new Flaky(List.of(List.of(), List.of(), List.of(line(1, T1, "found"))));
    FleetLogs.Filter filter = new FleetLogs.Filter(new SearchText("fo und"), true);

    assertThat(followed(hosts, filter)).containsExactly("lost", "lost", "found");
    assertThat(hosts.asked.getLast()).contains("--grep=fo%20und", "--ignore-case", "--since=");
  }
}
