package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tag is moved to another image while a rollout of it goes over the hosts. */
@LabTest
class TagMovedIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.serves("blog", "v1");
    lab.does("tag", "blog", "moving", "v2");
  }

  @Test
  void movedBetweenTwoHostsQuestionsAllGetOneDigest(Lab lab) throws Exception {
    lab.does("pause", "host2");
    try (Rolling rollout =
        Rolling.start(
            laptop, Arguments.of("rollout blog --tag moving --yes --parallelism 1 --json"))) {
      rollout.await("stage.progress", "preflight", "host1");
      lab.does("tag", "blog", "moving", "v2b");
      lab.does("resume", "host2");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isZero();
      assertThat(finished.out()).contains("the tag moved while hosts were asked");
    } finally {
      lab.does("resume", "host2");
    }
    assertOneImage(lab, "v2");
  }

  @Test
  void movedBetweenTwoHostsPullsAllGetOneDigest(Lab lab) throws Exception {
    lab.forgetImages("blog", HOSTS);
    try (Rolling rollout =
        Rolling.start(laptop, Arguments.of("rollout blog --tag moving --yes --parallelism 1"))) {
      rollout.await("lock: 3 hosts");
      lab.does("tag", "blog", "moving", "v2b");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isZero();
    }
    assertOneImage(lab, "v2");
  }

  private static void assertOneImage(Lab lab, String version) {
    for (String host : HOSTS) {
      assertThat(Web.version(lab, host, "blog")).as(host).isEqualTo(version);
    }
    assertThat(
            java.util.Arrays.stream(HOSTS)
                .map(host -> lab.status(host, "blog").path("serving").path("digest").asText())
                .distinct())
        .hasSize(1);
  }
}
