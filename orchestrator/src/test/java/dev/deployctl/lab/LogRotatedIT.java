package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log is rotated while a canary is watched that fails one request in five. */
@LabTest
class LogRotatedIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};
  private static final String LOG = "/var/log/nginx/deployctl-blog.log";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  /** Rolls out, and moves the log away after half of the watch. */
  private ProgramResult watched(Lab lab, String to, String afterwards) throws Exception {
    Path canary = Files.createDirectory(directory.resolve("canary"));
    try (Load asked = Load.light(lab, canary, "blog", "host1");
        Load others = Load.light(lab, directory, "blog", "host2", "host3");
        RunningDeployctl rolling =
            RunningDeployctl.start(
                laptop,
                Arguments.of(
                    "rollout blog --yes --canary 1 --batch-size 2 --tag v17-failing --bake 8s"))) {
      rolling.await("watching the canary");
      lab.run(
          "exec",
          "host1",
          "sh",
          "-c",
          "sleep 4; rm -f "
              + LOG
              + "[-.]*; mv "
              + LOG
              + " "
              + to
              + "; kill -USR1 $(cat /run/nginx.pid); sleep 1; "
              + afterwards);
      ProgramResult finished = rolling.awaitExit();
      others.stopWithoutLoss();
      asked.stop();
      return finished;
    }
  }

  @Test
  void requestsInADatedAndPackedPartCountAndTheCanaryIsFoundOut(Lab lab) throws Exception {
    ProgramResult stopped = watched(lab, LOG + "-20261130", "gzip " + LOG + "-20261130");
    assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
    assertThat(stopped.text()).contains("canary: more errors than allowed");
    assertThat(lab.status("host2", "blog").path("serving").path("tag").asText()).isEqualTo("v1");
  }

  @Test
  void requestsThatAreNowhereToBeFoundAreNotTakenForGood(Lab lab) throws Exception {
    ProgramResult stopped = watched(lab, "/root/elsewhere.log", "true");
    assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
    assertThat(stopped.text()).contains("how requests fared is not known", "2 untouched");
    assertThat(lab.status("host2", "blog").path("serving").path("tag").asText()).isEqualTo("v1");
  }
}
