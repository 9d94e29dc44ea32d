package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts with another version of the contract are refused by name, with the remedy. */
final class ProtocolCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void hosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  /** The preflight of web-2 reports this protocol, and its events have this version. */
  private void speaks(int protocol, int version) {
    List<ObjectNode> events = Transcripts.of("preflight");
    events.forEach(event -> event.put("v", version));
    events.getLast().put("protocol", protocol).put("version", "0.9.0");
    fixture.host("web-2").answers("preflight", 0, events);
  }

  private static String text(CliFixture.Finished finished) {
    return (finished.out() + finished.err()).replaceAll("\\s+", " ");
  }

  private void assertRefused(String message, String way) {
    for (List<String> arguments :
        List.of(
            List.of("rollout", "blog", "--tag=v2", "--yes"),
            List.of("plan", "blog", "--tag=v2"),
            List.of("restart", "blog", "--yes"))) {
      CliFixture.Finished finished = fixture.run(arguments.toArray(String[]::new));
      assertThat(finished.exit()).as(text(finished)).isEqualTo(3);
      assertThat(text(finished)).contains("web-2", message, way);
    }
    assertThat(fixture.host("web-1").verbs()).containsOnly("preflight");
  }

  @Test
  void aNewerHostIsRefusedInPreflightAndANewerToolIsTheWay() {
    speaks(2, 1);
    assertRefused("deployctl-host 0.9.0 on this host speaks protocol 2", "use a newer deployctl");
    assertThat(text(fixture.run("doctor", "blog"))).contains("speaks protocol 2");
  }

  @Test
  void anOlderHostIsRefusedInPreflightAndBootstrapIsTheWay() {
    speaks(0, 1);
    assertRefused("speaks protocol 0", "deployctl bootstrap HOST");
  }

  @Test
  void theVersionOfEventsIsRead() {
    speaks(1, 2);
    assertRefused("deployctl-host on this host speaks protocol 2", "use a newer deployctl");
  }

  @Test
  void noOtherCommandUnderstandsEventsOfAnotherVersion() {
    for (String verb : List.of("status", "history", "lock")) {
      List<ObjectNode> events = Transcripts.of(verb.equals("lock") ? "status" : verb);
      events.forEach(event -> event.put("v", 2));
      fixture.host("web-2").answers(verb, 0, events);
    }
    for (String command : List.of("status", "history", "lock")) {
      CliFixture.Finished finished = fixture.run(command, "blog");
      assertThat(finished.exit()).as(command + text(finished)).isEqualTo(1);
      assertThat(text(finished)).contains("speaks protocol 2");
    }
    assertThat(fixture.run("rollback", "blog", "--yes").exit()).isEqualTo(3);
    assertThat(fixture.host("web-1").verbs()).doesNotContain("rollback");
  }
}
