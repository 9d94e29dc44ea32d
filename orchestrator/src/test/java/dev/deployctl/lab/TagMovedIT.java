package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tag is moved to another image during a rollout of it. */
@LabTest
class TagMovedIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
    lab.run("tag", "blog", "moving", "v2");
  }

  @Test
  void movedBetweenTwoHostsQuestionsAllGetOneDigest(Lab lab) throws Exception {
    // A connection to host2 waits until the tag has moved.
    laptop.write("ssh_config", "ConnectTimeout 60\n" + laptop.read("ssh_config"));
    lab.run("pause", "host2");
    try (RunningDeployctl rollout =
        RunningDeployctl.start(
            laptop, Arguments.of("rollout blog --tag moving --yes --parallelism 1 --json"))) {
      rollout.await("stage.progress", "preflight", "host1");
      lab.run("tag", "blog", "moving", "v2b");
      lab.run("resume", "host2");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
      assertThat(finished.out()).contains("the tag moved while hosts were asked");
    } finally {
      lab.run("resume", "host2");
    }
    assertOneImage(lab, "v2");
  }

  @Test
  void movedBetweenTwoHostsPullsAllGetOneDigest(Lab lab) throws Exception {
    lab.forgetImages("blog", HOSTS);
    try (RunningDeployctl rollout =
        RunningDeployctl.start(
            laptop, Arguments.of("rollout blog --tag moving --yes --parallelism 1"))) {
      rollout.await("lock: 3 hosts");
      lab.run("tag", "blog", "moving", "v2b");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
    }
    assertOneImage(lab, "v2");
  }

  private static void assertOneImage(Lab lab, String version) {
    for (String host : HOSTS) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo(version);
    }
    assertThat(
            java.util.Arrays.stream(HOSTS)
                .map(host -> lab.status(host, "blog").path("serving").path("digest").asText())
                .distinct())
        .hasSize(1);
  }
}
