package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout whose terminal is closed, or whose CI job is ended. */
@LabTest
class ClosedTerminalIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  /** Two hosts at once, and a release that needs five seconds to be healthy. */
  private static final String ROLLOUT =
      "rollout blog --tag v5-slow --yes --canary 0 --batch-size 2";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  /** Hosts that have begun finish, and no lock is left. */
  @AfterEach
  void onlyTheFirstTwoWereUpdatedAndNoLockIsLeft(Lab lab) {
    assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo("v5-slow");
    assertThat(WebClient.version(lab, "host2", "blog")).isEqualTo("v5-slow");
    assertThat(WebClient.version(lab, "host3", "blog")).isEqualTo("v1");
    for (String host : HOSTS) {
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }

  @Test
  void terminalThatIsClosedMeansCtrlCOnceAndIsWrittenToInVain(Lab lab) throws Exception {
    laptop.appendConfig("hooks: { failed: [[cp, /dev/stdin, outcome.json]] }\n");
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        TerminalWindow window = TerminalWindow.start(laptop, Arguments.of(ROLLOUT))) {
      window.awaitOutput("host1 .*health");
      window.awaitOutput("host2 .*health");
      window.closeWindow();
      window.awaitProgramExit();
      load.stopWithoutLoss();
    }
    // Nobody saw the output, but the hook was called.
    assertInterrupted(laptop.read("outcome.json"));
  }

  @Test
  void hangupThatComesTwiceDoesNotMeanAtOnce() throws Exception {
    try (RunningDeployctl rollout = RunningDeployctl.start(laptop, Arguments.of(ROLLOUT, "-v"))) {
      rollout.await("host1", "health");
      rollout.await("host2", "health");
      rollout.signal("HUP");
      rollout.await("Interrupted");
      rollout.signal("HUP");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(130);
      assertThat(finished.text())
          .contains("2 updated, 1 untouched (host3)", "interrupted after", "to go on");
    }
  }

  @Test
  void jobThatIsEndedTellsProgramsHowFarItCame(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        RunningDeployctl rollout =
            RunningDeployctl.start(laptop, Arguments.of(ROLLOUT, "--json"))) {
      rollout.await("\"name\":\"host1\"", "\"step\":\"health\"");
      rollout.await("\"name\":\"host2\"", "\"step\":\"health\"");
      rollout.signal("TERM");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(130);
      assertThat(finished.out()).contains("\"type\":\"rollout.interrupted\",\"running\":2");
      assertInterrupted(finished.out().lines().toList().getLast());
      load.stopWithoutLoss();
    }
  }

  private static void assertInterrupted(String json) throws JsonProcessingException {
    JsonNode outcome = new ObjectMapper().readTree(json);
    assertThat(outcome.path("ending").asText()).as(json).isEqualTo("interrupted");
    assertThat(outcome.path("exit").asInt()).isEqualTo(130);
    assertThat(outcome.path("counts").toString()).isEqualTo("{\"untouched\":1,\"updated\":2}");
  }
}
