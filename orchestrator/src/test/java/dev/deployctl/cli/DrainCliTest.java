package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** drain and undrain: one host, as root, whatever runs there. */
final class DrainCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    fixture.server("web-1").letsBecomeRoot();
  }

  private static List<ObjectNode> notSafe() {
    List<ObjectNode> events = Transcripts.of("drain");
    ObjectNode last = events.getLast();
    last.put("safe", false).put("exit", 75);
    last.putArray("reasons").add("the last request ended 2 s ago, and 30 s without one are wanted");
    ObjectNode app = last.putArray("apps").addObject().put("app", "blog").put("requests", 12);
    app.putArray("clients").add("192.0.2.1 (Mozilla)");
    return events;
  }

  @Test
  void hostIsSafeToRebootOnceNothingArrives() {
    fixture.host("web-1").answers("drain", 0, Transcripts.of("drain"));

    CliFixture.Finished finished = fixture.run("drain", "web-1", "--wait", "2m");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .contains("… web-1  after", "✓ web-1  no request for", "safe to reboot")
        .contains("deployctl undrain web-1");
    assertThat(fixture.host("web-1").asked()).hasSize(1);
    assertThat(fixture.host("web-1").asked().getFirst()).startsWith("drain --wait=120 --by=alice@");
    assertThat(fixture.host("web-2").asked()).isEmpty();
  }

  @Test
  void requestsThatStillArriveAreNamedAndTheHostIsNotCalledSafe() {
    fixture.host("web-1").answers("drain", 75, notSafe());

    CliFixture.Finished finished = fixture.run("drain", "web-1");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("drained, and not yet safe to reboot; users are served")
        .contains("the last request ended 2 s ago")
        .contains("blog: 12 requests during this call, from 192.0.2.1 (Mozilla)")
        .doesNotContain("✓");
    assertThat(fixture.host("web-1").asked().getFirst()).startsWith("drain --wait=300 ");
  }

  @Test
  void drainWithoutWaitingSucceeds() {
    fixture.host("web-1").answers("drain", 0, notSafe());

    assertThat(fixture.run("drain", "web-1", "--wait", "0s").exit()).isZero();
  }

  @Test
  void undrainNamesTheDrainThatEnded() {
    fixture.host("web-1").answers("undrain", 0, Transcripts.of("undrain"));

    CliFixture.Finished finished = fixture.run("undrain", "web-1");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains("load balancers are told to send requests, drained since", "by alice@laptop");
  }

  @Test
  void jsonHasTheFieldsOfTheHost() {
    fixture.host("web-1").answers("drain", 75, notSafe());
    fixture.host("web-1").answers("undrain", 0, Transcripts.of("undrain"));

    List<JsonNode> drained = fixture.run("drain", "web-1", "--json").json();
    assertThat(drained.getFirst().path("type").asText()).isEqualTo("drain.progress");
    JsonNode last = drained.getLast();
    assertThat(last.path("type").asText()).isEqualTo("host.drained");
    assertThat(last.path("host").path("name").asText()).isEqualTo("web-1");
    assertThat(last.path("safe").asBoolean(true)).isFalse();
    assertThat(last.path("apps").path(0).path("requests").asInt()).isEqualTo(12);
    assertThat(fixture.run("undrain", "web-1", "--json").json().getLast().path("type").asText())
        .isEqualTo("host.undrained");
  }

  @Test
  void userWhoMayNotBecomeRootIsRefused() {
    CliFixture.Finished finished = fixture.run("drain", "web-2");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("✗ web-2");
    assertThat(fixture.host("web-2").asked()).isEmpty();
  }

  @Test
  void refusalOfTheHostIsShownWithItsState() {
    List<ObjectNode> refused = Transcripts.of("usage-error");
    ((ObjectNode) refused.getLast().get("error"))
        .put("kind", "definition")
        .put("message", "no path tells load balancers whether this host wants requests")
        .put("state", "the host is not drained");
    fixture.host("web-1").answers("drain", 78, refused);

    CliFixture.Finished finished = fixture.run("drain", "web-1");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("no path tells load balancers", "the host is not drained");
  }

  @Test
  void hostThatDoesNotAnswerIsUnreachable() throws Exception {
    fixture.server("web-1").close();

    assertThat(fixture.run("drain", "web-1").exit()).isEqualTo(5);
  }

  @Test
  void unknownHostAndImpossibleWaitAreUsageErrors() {
    assertThat(fixture.run("drain", "web-9").exit()).isEqualTo(2);
    assertThat(fixture.run("drain", "web-9").err()).contains("its hosts: web-1, web-2");
    assertThat(fixture.run("drain", "web-1", "--wait", "2d").exit()).isEqualTo(2);
    assertThat(fixture.run("drain").exit()).isEqualTo(2);
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }

  @Test
  void hostsOfOneNameMustBeNamedById() throws Exception {
    fixture.write(
        "hosts.yml",
        """
        hosts:
          - { id: i-1, name: web-1, tags: { App: blog } }
          - { id: i-2, name: web-1, tags: { App: blog } }
        """);

    CliFixture.Finished finished = fixture.run("drain", "web-1");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("2 hosts are called", "i-1, i-2");
  }

  @Test
  void statusTellsOfADrainedHost() {
    ObjectNode away =
        Transcripts.object().put("since", "2026-11-30T13:40:12.118Z").put("by", "bob");
    List<ObjectNode> events = Transcripts.of("status");
    events.getFirst().set("drained", away);
    fixture.host("web-1").answers("status", 0, events);

    assertThat(fixture.run("status", "blog").out().replaceAll("\\s+", " "))
        .contains("web-1 drained since", "by bob: load balancers send it no requests");
  }
}
