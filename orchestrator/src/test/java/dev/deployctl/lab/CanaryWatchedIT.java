package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failure of a canary during the watch ends the rollout, even if no request failed. */
@LabTest
class CanaryWatchedIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};
  private static final String KILL =
      "kill -9 $(docker inspect -f '{{.State.Pid}}'"
          + " $(docker ps -q --filter label=deployctl.app=blog))";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  @AfterEach
  void powered(Lab lab) {
    lab.run("start", "host1");
  }

  @Test
  void itsContainerEnds(Lab lab) throws Exception {
    try (Load others = Load.light(lab, directory, "blog", "host2", "host3");
        RunningDeployctl rollout = watched()) {
      lab.run("exec", "host1", "bash", "-ec", KILL);
      ProgramResult stopped = rollout.awaitExit();
      assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
      assertThat(stopped.text())
          .contains("canary: host1 had its containers end and start again, 1×")
          .contains("1 updated, 2 untouched (host2, host3)")
          .contains("to go back deployctl rollback blog");
      others.stopWithoutLoss();
    }
    assertThat(laptop.run("status", "blog").text())
        .contains("its containers ended and were started again: 1 time, last");
    assertThat(lab.status("host1", "blog").path("state").asText()).isEqualTo("ok");
    laptop.run("rollback", "blog", "--yes");
    assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo("v1");
    assertThat(lab.status("host1", "blog").path("instances").path("restarts").asInt()).isZero();
  }

  @Test
  void itsHostIsLost(Lab lab) throws Exception {
    try (Load others = Load.light(lab, directory, "blog", "host2", "host3");
        RunningDeployctl rollout = watched()) {
      lab.run("kill", "host1");
      ProgramResult stopped = rollout.awaitExit();
      assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
      assertThat(stopped.text())
          .contains("canary: host1 is unreachable")
          .contains("1 updated, 2 untouched (host2, host3)");
      others.stopWithoutLoss();
    }
    for (String host : new String[] {"host2", "host3"}) {
      assertThat(WebClient.version(lab, host, "blog")).isEqualTo("v1");
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
    lab.run("start", "host1");
    WebClient.await(lab, "host1", "blog", "v2");
    lab.unlock("blog", "host1");
  }

  private RunningDeployctl watched() throws InterruptedException {
    RunningDeployctl rollout =
        RunningDeployctl.start(
            laptop,
            Arguments.of("rollout blog --yes --canary 1 --batch-size 2 --tag v2 --bake 10s"));
    rollout.await("watching the canary");
    return rollout;
  }
}
