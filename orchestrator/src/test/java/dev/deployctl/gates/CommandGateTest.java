package dev.deployctl.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.model.Gate;
import dev.deployctl.model.RolloutId;
import dev.deployctl.output.Fixtures;
import dev.deployctl.rollout.gate.GateKeeper.Answer;
import dev.deployctl.rollout.gate.GateKeeper.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands as gates, run as real processes. */
@Timeout(120)
final class CommandGateTest {
  private static final Moment AFTER_CANARY =
      new Moment(
          new RolloutId("r-7k2m4qxz"),
          Fixtures.plan(3),
          "canary",
          Fixtures.plan(3).batches().getFirst().hosts());

  @TempDir private Path directory;
  private final List<String> lines = new ArrayList<>();

  private Answer ask(String script, Duration limit) throws InterruptedException {
    Gate.Command check = new Gate.Command(List.of("sh", "-c", script));
    Gate gate = new Gate("smoke test", Gate.After.EACH, limit, Duration.ZERO, check);
    return new CommandGate("rollout").ask(gate, check, AFTER_CANARY, lines::add);
  }

  @Test
  void exitCodeZeroPassesAndTheLastLineIsTheReason() throws Exception {
    Answer answer = ask("echo asking; echo '12 pages good'; echo", Duration.ofMinutes(1));

    assertThat(answer).isEqualTo(new Answer(true, "12 pages good"));
    assertThat(lines).containsExactly("asking", "12 pages good", "");
  }

  @Test
  void otherExitCodeDoesNotPass() throws Exception {
    assertThat(ask("echo 'HTTP 500 on /login' >&2; exit 4", Duration.ofMinutes(1)))
        .isEqualTo(new Answer(false, "sh ended with exit code 4: HTTP 500 on /login"));
  }

  @Test
  void commandThatDoesNotEndInTimeDoesNotPass() throws Exception {
    Answer answer = ask("echo waiting; exec sleep 60", Duration.ofSeconds(1));

    assertThat(answer.passed()).isFalse();
    assertThat(answer.message()).startsWith("sh did not end in 1.0 s");
  }

  @Test
  void commandReadsThePlanAndTheGateAndHasVariables() throws Exception {
    Path input = directory.resolve("input.json");
    Path variables = directory.resolve("variables");
    Answer answer =
        ask(
            "cat > %s; env | grep ^DEPLOYCTL_ | sort > %s".formatted(input, variables),
            Duration.ofMinutes(1));

    assertThat(answer).isEqualTo(new Answer(true, "passed"));
    JsonNode json = new ObjectMapper().readTree(input.toFile());
    assertThat(json.path("command").asText()).isEqualTo("rollout");
    assertThat(json.path("app").asText()).isEqualTo("blog");
    assertThat(json.path("rollout").asText()).isEqualTo("r-7k2m4qxz");
    assertThat(json.path("batches")).isNotEmpty();
    assertThat(json.path("gate").path("name").asText()).isEqualTo("smoke test");
    assertThat(json.path("gate").path("after").asText()).isEqualTo("canary");
    assertThat(json.path("gate").path("updated")).hasSize(1);
    assertThat(Files.readAllLines(variables))
        .contains(
            "DEPLOYCTL_AFTER=canary",
            "DEPLOYCTL_APP=blog",
            "DEPLOYCTL_COMMAND=rollout",
            "DEPLOYCTL_DIGEST=" + Fixtures.DIGEST_2,
            "DEPLOYCTL_GATE=smoke test",
            "DEPLOYCTL_HOSTS=web-a1",
            "DEPLOYCTL_ROLLOUT=r-7k2m4qxz",
            "DEPLOYCTL_TAG=v2");
  }
}
