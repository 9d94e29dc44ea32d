package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hooks of a rollout, restart or rollback on the workstation: the user's own commands, and
 * webhooks.
 */
final class HooksCliTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private final List<String> posted = new CopyOnWriteArrayList<>();
  private CliFixture fixture;
  private HttpServer server;

  @BeforeEach
  void begin() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    surroundings("cat > %s".formatted(directory.resolve("before.json")));
  }

  @AfterEach
  void end() throws Exception {
    server.stop(0);
    fixture.close();
  }

  private void surroundings(String before) throws IOException {
    Path file = directory.resolve("deployctl.yml");
    String config = Files.readString(file).replaceAll("(?s)\nhooks:.*", "\n");
    fixture.write(
        "deployctl.yml",
        config
            + """
            hooks:
              before: [[sh, -c, '%s']]
              after: [[sh, -c, 'cat > %s']]
              failed: [[sh, -c, 'cat > %s']]
            notify: { webhook: 'http://127.0.0.1:%d/hook' }
            """
                .formatted(
                    before,
                    directory.resolve("after.json"),
                    directory.resolve("failed.json"),
                    server.getAddress().getPort()));
  }

  private JsonNode left(String name) throws IOException {
    return JSON.readTree(directory.resolve(name).toFile());
  }

  @Test
  void hooksReadPlanAndSummaryAndTheWebhookGetsTheSummary() throws Exception {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(left("before.json").path("command").asText()).isEqualTo("rollout");
    assertThat(left("before.json").findValue("digest").asText()).isEqualTo(Transcripts.V2);
    assertThat(left("after.json").path("command").asText()).isEqualTo("rollout");
    assertThat(left("after.json").findValue("ending").asText()).isEqualTo("done");
    assertThat(directory.resolve("failed.json")).doesNotExist();
    assertThat(posted).singleElement().asString().contains("\"ending\":\"done\"");
  }

  @Test
  void failedRolloutRunsTheHookForThat() throws Exception {
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v3", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(1);
    assertThat(left("failed.json").findValue("ending").asText()).isEqualTo("over-budget");
    assertThat(directory.resolve("after.json")).doesNotExist();
    assertThat(posted).singleElement().asString().contains("\"ending\":\"over-budget\"");
  }

  @Test
  void hookBeforeThatFailsTouchesNothing() throws Exception {
    surroundings("echo not on a Friday; exit 3");
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.err())
        .contains("not on a Friday", "ended with exit code 3", "nothing was touched");
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).containsOnly("preflight");
    }
  }

  @Test
  void rollbackTellsItsHooksAndWebhooksWhatItTakesBack() throws Exception {
    fixture.run("rollout", "blog", "--tag", "v2", "--yes");
    String rollout = left("after.json").path("rollout").asText();
    CliFixture.Finished back = fixture.run("rollback", "blog", "--yes");

    assertThat(back.exit()).as(back.out() + back.err()).isZero();
    for (JsonNode payload : List.of(left("before.json"), left("after.json"))) {
      assertThat(payload.path("command").asText()).isEqualTo("rollback");
      assertThat(payload.path("undone").asText()).isEqualTo(rollout);
      assertThat(payload.path("hosts")).hasSize(2);
    }
    assertThat(left("after.json").path("ending").asText()).isEqualTo("done");
    assertThat(directory.resolve("failed.json")).doesNotExist();
    assertThat(posted).hasSize(2);
    assertThat(JSON.readTree(posted.getLast())).isEqualTo(left("after.json"));
  }

  @Test
  void rollbackThatFailsRunsTheHookForThat() throws Exception {
    fixture.run("rollout", "blog", "--tag", "v2", "--yes");
    Files.delete(directory.resolve("after.json"));
    fixture.host("web-2").answers("rollback", 75, Transcripts.of("locked"));
    CliFixture.Finished back = fixture.run("rollback", "blog", "--yes");

    assertThat(back.exit()).as(back.out() + back.err()).isEqualTo(1);
    assertThat(left("failed.json").path("command").asText()).isEqualTo("rollback");
    assertThat(left("failed.json").path("counts").path("rollback-failed").asInt()).isEqualTo(1);
    assertThat(directory.resolve("after.json")).doesNotExist();
  }

  @Test
  void hookBeforeARollbackThatFailsTouchesNothing() throws Exception {
    fixture.run("rollout", "blog", "--tag", "v2", "--yes");
    surroundings("echo not without asking; exit 4");
    CliFixture.Finished back = fixture.run("rollback", "blog", "--yes");

    assertThat(back.exit()).isEqualTo(3);
    assertThat(back.err())
        .contains("not without asking", "the hook before the rollback failed", "exit code 4");
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).doesNotContain("rollback");
    }
  }

  @Test
  void restartNamesItself() throws Exception {
    CliFixture.Finished finished = fixture.run("restart", "blog", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(left("before.json").path("command").asText()).isEqualTo("restart");
    assertThat(left("after.json").path("command").asText()).isEqualTo("restart");
    assertThat(JSON.readTree(posted.getLast()).path("command").asText()).isEqualTo("restart");
  }

  @Test
  void dryRunSetsNothingInMotion() throws Exception {
    fixture.run("rollout", "blog", "--tag", "v2", "--dry-run");

    assertThat(directory.resolve("before.json")).doesNotExist();
    assertThat(posted).isEmpty();
  }

  @Test
  void webhookThatIsGoneIsAWarningAndNoFailure() throws Exception {
    server.stop(0);
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).isZero();
    assertThat(finished.err()).contains("webhook at 127.0.0.1 was not reached");
  }
}
