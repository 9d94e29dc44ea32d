package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** status without an app, from the command line to the calls of the hosts. */
final class OverviewCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void threeHostsOfTwoApps() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
    fixture.write(
        "hosts.yml",
        """
        hosts:
          - { name: web-1, zone: a, tags: { App: [blog, shop] } }
          - { name: web-2, zone: c, tags: { App: [blog, shop] } }
          - { name: web-3, zone: a, tags: { App: blog } }
        """);
    fixture.host("web-1").answers("status", 0, told("blog", "ok", "shop", "ok"));
    fixture.host("web-2").answers("status", 0, told("blog", "ok", "shop", "down"));
    fixture.host("web-3").answers("status", 0, told("blog", "ok"));
  }

  /** Answers with the recorded status, for several apps: names and states in turn. */
  private static List<ObjectNode> told(String... appsAndStates) {
    List<ObjectNode> events = new ArrayList<>();
    for (int i = 0; i < appsAndStates.length; i += 2) {
      ObjectNode status = Transcripts.of("status").getFirst();
      events.add(status.put("app", appsAndStates[i]).put("state", appsAndStates[i + 1]));
    }
    events.add(Transcripts.of("status").getLast());
    for (int i = 0; i < events.size(); i++) {
      events.get(i).put("seq", i + 1);
    }
    return events;
  }

  @Test
  void everyHostIsAskedOnceAndTheAppThatIsDownComesFirst() {
    CliFixture.Finished finished = fixture.run("status");

    assertThat(finished.exit()).as(finished.err()).isEqualTo(1);
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.asked()).containsExactly("status");
    }
    List<String> lines = finished.out().lines().toList();
    assertThat(lines.get(1)).matches(" ✗ shop +down +1/2 .*");
    assertThat(lines.get(2)).contains("web-2", "down");
    assertThat(finished.out()).containsPattern("✓ blog +ok +3/3 ").contains("2 apps on 3 hosts");
  }

  @Test
  void anUnreachableHostIsNamedAndItsAppsAreNotOk() throws Exception {
    fixture.server("web-3").close();

    CliFixture.Finished finished = fixture.run("status", "--json");

    assertThat(finished.exit()).isEqualTo(5);
    List<JsonNode> apps = ofType(finished, "app.status");
    assertThat(apps.get(1).path("app").asText()).isEqualTo("blog");
    assertThat(apps.get(1).path("state").asText()).isEqualTo("no-answer");
    assertThat(apps.get(1).path("ok").asInt()).isEqualTo(2);
    assertThat(ofType(finished, "host.status")).hasSize(3);
    assertThat(fixture.run("status").out()).containsPattern("✗ web-3 .*refused");
  }

  @Test
  void hostsAreNarrowedForAllApps() {
    CliFixture.Finished finished = fixture.run("status", "--hosts", "web-3");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out()).contains("blog").doesNotContain("shop");
    assertThat(fixture.host("web-1").asked()).isEmpty();
    assertThat(fixture.run("status", "--hosts", "web-9").exit()).isEqualTo(2);
  }

  @Test
  void aHostThatTellsOfNoAppHasAnsweredAndItsAppsAreNamed() {
    fixture.host("web-3").answers("status", 0, told());

    CliFixture.Finished finished = fixture.run("status", "--hosts", "web-3");

    assertThat(finished.exit()).as(finished.out()).isZero();
    assertThat(finished.out()).containsPattern("! blog +not here +0/1");
  }

  @Test
  void anAppWithoutHostsIsNotPassedOver() {
    fixture.write("hosts.yml", "hosts:\n  - { name: web-3, zone: a, tags: { App: blog } }\n");

    CliFixture.Finished finished = fixture.run("status");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.out()).containsPattern("! shop +no hosts +0/0");
  }

  private static List<JsonNode> ofType(CliFixture.Finished finished, String type) {
    return finished.json().stream()
        .filter(line -> line.path("type").asText().equals(type))
        .toList();
  }
}
