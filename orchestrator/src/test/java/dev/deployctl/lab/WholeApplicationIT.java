package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An app of a web part, two workers on each host and a migration: no request and no job is lost.
 */
@LabTest
class WholeApplicationIT {
  private static final String[] SIX = {"host1", "host2", "host3", "host4", "host5", "host6"};
  private static final int JOBS = 1_500;
  private static final String SECTIONS =
      """
      [env]
      source = file
      [drain]
      timeout = 15s
      stop-timeout = 10s
      [process worker]
      command = worker
      instances = 2
      stop-timeout = 60s
      health = running 500ms
      [release]
      command = migrate 1
      timeout = 60s
      """;

  @TempDir Path directory;
  private Workstation laptop;
  private OwnApp app;
  private Queue queue;

  @BeforeEach
  void runsV1(Lab lab) throws Exception {
    queue = Queue.empty(lab);
    app = new OwnApp(lab, "store", SIX);
    app.define(SECTIONS);
    app.setEnv("APP_QUEUE=" + queue.address());
    laptop = Workstation.of(lab, directory, SIX);
    laptop.appendConfig(app.config());
    laptop.deploy("store", "v1");
  }

  @AfterEach
  void removesTheApp() {
    app.remove();
  }

  @Test
  void aRolloutOverSixHostsLosesNoRequestAndNoJobAndMigratesOnce(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "store", SIX)) {
      // Two jobs that are in hand when their workers are told to end, and many that never run out.
      queue.add(0, 2, 10_000);
      queue.add(2, JOBS - 2, 300);
      laptop.run("rollout", "store", "--tag", "v2", "--yes", "--batch-size", "2");
      assertThat(queue.finished()).as("the rollout ends while there is work").hasSizeLessThan(JOBS);
      load.stopWithoutLoss();
      queue.awaitFinished(JOBS);
    }
    assertThat(queue.finished().values()).as("each job once").containsOnly(1);
    assertThat(queue.migrations("v2")).isEqualTo("1");
    for (String host : SIX) {
      assertThat(WebClient.version(lab, host, "store")).as(host).isEqualTo("v2");
      assertThat(workers(lab, host)).as(host).isEqualTo(Map.of("v2", 2));
    }
  }

  @Test
  void aWorkerThatCannotStartFailsTheReleaseBeforeAnyRequestReachesIt(Lab lab) throws Exception {
    queue.add(1, 1, 100);
    try (Load load = Load.light(lab, directory, "store", SIX)) {
      ProgramResult failed =
          laptop.tryRun("rollout", "store", "--tag", "v25-worker-crash", "--yes");
      assertThat(failed.exit()).as(failed.output()).isEqualTo(1);
      assertThat(failed.text())
          .contains("worker")
          .contains("FATAL the worker cannot start")
          .contains("5 untouched");
      load.stopWithoutLoss();
    }
    queue.awaitFinished(1);
    for (String host : SIX) {
      assertThat(WebClient.version(lab, host, "store")).as(host).isEqualTo("v1");
      assertThat(workers(lab, host)).as(host).isEqualTo(Map.of("v1", 2));
    }
  }

  /** Returns how many workers run that do not end, by version. */
  private static Map<String, Integer> workers(Lab lab, String host) {
    JsonNode status = lab.status(host, "store");
    for (JsonNode process : status.path("processes")) {
      if (process.path("process").asText().equals("worker")) {
        return Map.of(status.path("serving").path("tag").asText(), process.path("running").asInt());
      }
    }
    return Map.of();
  }
}
