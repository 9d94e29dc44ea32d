package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** status, history and logs of the hosts of an app. */
@LabTest
class StatusHistoryLogsIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  @Test
  void statusNamesWhoRunsAnotherReleaseAndHistoryIsTheSameFromAnyLaptop(
      Lab lab, @TempDir Path other) throws Exception {
    ProgramResult rollout =
        laptop.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "host2");
    assertThat(laptop.run("status", "blog").text())
        .contains("2 releases run: v2 on host2; v1 on the other 2");
    Workstation colleague = Workstation.of(lab, other, HOSTS);
    colleague.setEnv("USER", "colleague");
    String history = colleague.run("history", "blog", "--limit", "3").out();
    assertThat(history).isEqualTo(laptop.run("history", "blog", "--limit", "3").out());
    String id = rollout.text().replaceFirst(".*rollout (r-\\w+)\\..*", "$1");
    assertThat(history).containsPattern("deploy +v2 .*succeeded on host2 .*" + id);
  }

  @Test
  void logsOfAllHostsAreFollowedThroughARestart(Lab lab) throws Exception {
    try (RunningDeployctl logs =
        RunningDeployctl.start(laptop, Arguments.of("logs blog --follow --tail 1"))) {
      for (String host : HOSTS) {
        logs.await(host + " ", "listens");
      }
      laptop.run("restart", "blog", "--yes", "--hosts", "host3");
      String release = lab.status("host3", "blog").path("serving").path("release").asText();
      logs.await("host3 ", release);
      logs.signal("INT");
      assertThat(logs.awaitExit().exit()).isEqualTo(130);
    }
  }
}
