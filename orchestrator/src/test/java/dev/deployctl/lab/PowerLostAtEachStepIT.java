package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five hosts of one batch lose their power, each at another step of its deploy, and come back. */
@LabTest
class PowerLostAtEachStepIT {
  private static final String[] ALL = {"host1", "host2", "host3", "host4", "host5", "host6"};
  private static final Map<String, String> STEPS =
      Map.of(
          "host2", "start", "host3", "health", "host4", "switch", "host5", "drain", "host6",
          "stop");

  @TempDir Path directory;

  @Test
  void eachEndsWhereItsOwnWordSaysAndTheHostThatStaysUpLosesNothing(Lab lab) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, ALL);
    laptop.deploy("blog", "v1");
    Path others = Files.createDirectory(directory.resolve("others"));
    // Requests that take seconds need a drain. Those that fail, fail because of the power cut.
    try (Load load = Load.light(lab, directory, "blog", "host1");
        Load _ = Load.on(lab, others, "blog", String.join(",", STEPS.keySet()), "slow");
        RunningDeployctl rollout =
            RunningDeployctl.start(
                laptop,
                Arguments.of(
                    "rollout blog --tag v2 --yes --json --canary 0 --batch-size 100%"
                        + " --max-failures 5"))) {
      cutThePower(lab, rollout);
      for (String host : STEPS.keySet()) {
        lab.run("start", host);
      }
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isIn(0, 1);
      JsonNode last = new ObjectMapper().readTree(finished.out().lines().toList().getLast());
      assertThat(last.path("hosts")).hasSize(ALL.length);
      for (JsonNode outcome : last.path("hosts")) {
        String host = outcome.path("host").path("name").asText();
        assertThat(outcome.path("outcome").asText()).as(host).isIn("updated", "failed");
        WebClient.await(lab, host, "blog", outcome.path("serving").path("tag").asText());
        assertThat(lab.status(host, "blog").path("state").asText()).as(host).isEqualTo("ok");
      }
      load.stopWithoutLoss();
    }
    assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo("v2");
    // Whatever the outcome of each host, the same command completes the rollout.
    laptop.run("rollout", "blog", "--tag", "v2", "--yes", "--canary", "0", "--batch-size", "100%");
    for (String host : ALL) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo("v2");
    }
  }

  private static void cutThePower(Lab lab, RunningDeployctl rollout) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> cuts = new ArrayList<>();
      STEPS.forEach(
          (host, step) ->
              cuts.add(
                  threads.submit(
                      () -> {
                        rollout.await(
                            "\"name\":\"" + host + "\"",
                            "\"step.started\"",
                            "\"step\":\"" + step + "\"");
                        return lab.run("kill", host);
                      })));
      for (Future<?> cut : cuts) {
        cut.get();
      }
    }
  }
}
