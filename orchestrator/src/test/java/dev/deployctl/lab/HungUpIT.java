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

/** Nobody is there any more: the terminal was closed, the link to it broke, the job was ended. */
@LabTest
class HungUpIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  /** Two hosts at once, and a release that needs five seconds to be healthy: time to leave. */
  private static final String ROLLOUT =
      "rollout blog --tag v5-slow --yes --canary 0 --batch-size 2";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.serves("blog", "v1");
  }

  /** Hosts that are at it finish, whoever is gone; and no lock is left to expire. */
  @AfterEach
  void onlyTheFirstTwoWereUpdatedAndNoLockIsLeft(Lab lab) {
    assertThat(Web.version(lab, "host1", "blog")).isEqualTo("v5-slow");
    assertThat(Web.version(lab, "host2", "blog")).isEqualTo("v5-slow");
    assertThat(Web.version(lab, "host3", "blog")).isEqualTo("v1");
    for (String host : HOSTS) {
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }

  @Test
  void terminalThatIsClosedMeansCtrlCOnceAndIsWrittenToInVain(Lab lab) throws Exception {
    laptop.appends("hooks: { failed: [[cp, /dev/stdin, outcome.json]] }\n");
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        Window window = Window.with(laptop, Arguments.of(ROLLOUT))) {
      window.awaits("host1 .*health");
      window.awaits("host2 .*health");
      window.closes();
      window.awaitEndOfProgram();
      load.endsWithoutLoss();
    }
    // Nobody saw how it ended; who was to be told was told.
    assertInterrupted(laptop.reads("outcome.json"));
  }

  @Test
  void hangupThatComesTwiceDoesNotMeanAtOnce() throws Exception {
    try (Rolling rollout = Rolling.start(laptop, Arguments.of(ROLLOUT))) {
      rollout.await("host1", "health");
      rollout.await("host2", "health");
      rollout.signal("HUP");
      rollout.await("Interrupted");
      rollout.signal("HUP");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isEqualTo(130);
      assertThat(finished.text())
          .contains("2 updated, 1 untouched (host3)", "interrupted after", "to go on");
    }
  }

  @Test
  void jobThatIsEndedTellsProgramsHowFarItCame(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        Rolling rollout = Rolling.start(laptop, Arguments.of(ROLLOUT, "--json"))) {
      rollout.await("\"name\":\"host1\"", "\"step\":\"health\"");
      rollout.await("\"name\":\"host2\"", "\"step\":\"health\"");
      rollout.signal("TERM");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isEqualTo(130);
      assertThat(finished.out()).contains("\"type\":\"rollout.interrupted\",\"running\":2");
      assertInterrupted(finished.out().lines().toList().getLast());
      load.endsWithoutLoss();
    }
  }

  private static void assertInterrupted(String json) throws JsonProcessingException {
    JsonNode outcome = new ObjectMapper().readTree(json);
    assertThat(outcome.path("ending").asText()).as(json).isEqualTo("interrupted");
    assertThat(outcome.path("exit").asInt()).isEqualTo(130);
    assertThat(outcome.path("counts").toString()).isEqualTo("{\"untouched\":1,\"updated\":2}");
  }
}
