package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates of a rollout: told in plan, log, JSON and summary. */
final class GatesCliTest {
  @TempDir private Path directory;
  private CliFixture fixture;

  @BeforeEach
  void begin() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
  }

  @AfterEach
  void end() throws Exception {
    fixture.close();
  }

  private void gates(String list) throws Exception {
    Path file = directory.resolve("deployctl.yml");
    fixture.write(
        "deployctl.yml",
        Files.readString(file)
            .replace("batch-size: 2 }", "batch-size: 2, gates: [" + list + "] }"));
  }

  private static List<String> types(CliFixture.Finished finished) {
    return finished.json().stream().map(line -> line.path("type").asText()).toList();
  }

  @Test
  void gateThatPassesIsToldInPlanLogAndSummary() throws Exception {
    gates("{ name: smoke test, command: [sh, -c, 'echo 12 pages good'] }");
    CliFixture.Finished plan = fixture.run("plan", "blog", "--tag", "v2");
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(plan.out()).contains("smoke test after each batch");
    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.out())
        .contains("gate smoke test, after canary: asked")
        .contains("gate smoke test  | 12 pages good")
        .contains("gate smoke test, after batch 2, passed: 12 pages good")
        .contains("smoke test (canary, batch 2)");
  }

  @Test
  void gateThatDoesNotPassEndsTheRolloutAndIsToldInJson() throws Exception {
    gates("{ name: smoke test, after: canary, command: [sh, -c, 'echo HTTP 500; exit 1'] }");
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--json");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(1);
    assertThat(types(finished)).containsSubsequence("gate.started", "gate.output", "gate.finished");
    JsonNode outcome = finished.json().getLast();
    assertThat(outcome.path("ending").asText()).isEqualTo("gate-failed");
    assertThat(outcome.path("counts").path("untouched").asInt()).isEqualTo(2);
    assertThat(outcome.path("gates").path(0).path("passed").asBoolean(true)).isFalse();
    assertThat(outcome.path("gates").path(0).path("message").asText())
        .isEqualTo("sh ended with exit code 1: HTTP 500");
  }

  @Test
  void gateThatDidNotPassIsTheReasonInTheSummary() throws Exception {
    gates("{ name: smoke test, command: [sh, -c, 'exit 1'] }");
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.out())
        .contains("the gate smoke test did not pass, stopped after")
        .contains("gate smoke test, after canary, did not pass: sh ended with exit code 1");
  }

  @Test
  void questionIsAskedOnATerminalThoughThePlanIsNot() throws Exception {
    gates("{ question: 'Does the canary look good?' }");
    fixture.personAnswers("y");
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.out()).contains("Does the canary look good? [y/n] ");
    assertThat(fixture.questions()).isEqualTo(1);
  }

  @Test
  void answerNoEndsTheRollout() throws Exception {
    gates("{ question: 'Does the canary look good?' }");
    fixture.personAnswers("no");
    CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(1);
    assertThat(finished.out()).contains("did not pass: answered with no");
    assertThat(fixture.host("web-2").verbs()).doesNotContain("deploy");
  }

  @Test
  void questionThatNobodyCanAnswerIsRefusedBeforeHostsAreAskedAlsoWithYes() throws Exception {
    gates("{ name: look, question: 'Does the canary look good?' }");
    for (String how : List.of("--yes", "--json")) {
      CliFixture.Finished finished = fixture.run("rollout", "blog", "--tag", "v2", how);

      assertThat(finished.exit()).isEqualTo(3);
      assertThat(finished.err() + finished.out())
          .contains("the gate look asks a question, and nobody can answer it here");
    }
    for (FakeHost host : fixture.hosts()) {
      assertThat(host.verbs()).isEmpty();
    }
  }

  @Test
  void planAndDryRunNeedNobody() throws Exception {
    gates("{ question: 'Does the canary look good?' }");
    assertThat(fixture.run("plan", "blog", "--tag", "v2").exit()).isZero();
    assertThat(fixture.run("rollout", "blog", "--tag", "v2", "--dry-run").exit()).isZero();
  }

  @Test
  void mistakesOfGatesAreToldTogether() throws Exception {
    gates(
        "{ name: both, url: 'https://blog.example.com', question: 'Good?' }, { after: canary }, {"
            + " command: [x], for: 5m }, { url: 'https://blog.example.com', region: eu-west-1 }");
    CliFixture.Finished finished = fixture.run("plan", "blog", "--tag", "v2");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err())
        .contains("rollout.gates[0]: has url and question: choose one")
        .contains("rollout.gates[1]: asks nothing: it needs one of command, url, alarm, question")
        .contains("rollout.gates[2].for: belongs to a url or an alarm")
        .contains("rollout.gates[3].region: belongs to an alarm");
  }
}
