package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host has no power, or loses it before its turn: it is named, and the others go on. */
@LabTest
class HostPoweredOffIT {
  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.serves("blog", "v1");
  }

  @AfterEach
  void powered(Lab lab) {
    lab.does("start", "host2");
  }

  @Test
  void beforeTheRollout(Lab lab) throws Exception {
    lab.does("kill", "host2");
    try (Load load = Load.light(lab, directory, "blog", "host1,host3")) {
      Finished refused = laptop.runs("rollout", "blog", "--tag", "v2", "--yes");
      assertThat(refused.exit()).as(refused.said()).isEqualTo(5);
      assertThat(refused.text()).contains("host2", "nothing was touched");
      assertThat(Web.version(lab, "host1", "blog")).isEqualTo("v1");

      Finished without =
          laptop.runs("rollout", "blog", "--tag", "v2", "--yes", "--max-unreachable", "1");
      assertThat(without.exit()).as(without.said()).isEqualTo(5);
      assertThat(without.text()).contains("2 updated", "host2 unreachable");
      load.endsWithoutLoss();
    }
    lab.does("start", "host2");
    Finished rest = laptop.does("rollout", "blog", "--tag", "v2", "--yes");
    assertThat(rest.text()).contains("1 updated", "2 already up to date");
    assertThat(Web.version(lab, "host2", "blog")).isEqualTo("v2");
  }

  @Test
  void duringThePull(Lab lab) throws Exception {
    lab.forgetImages("blog", "host1", "host2", "host3");
    try (Load load = Load.light(lab, directory, "blog", "host1,host3");
        Rolling rollout = rolls("v5-slow", "--max-failures", "1", "--parallelism", "1")) {
      rollout.await("pulled: 3 hosts");
      // The canary needs five seconds to be healthy: host2 loses its power before its turn.
      lab.does("kill", "host2");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isEqualTo(5);
      assertThat(finished.text()).contains("2 updated", "host2 unreachable");
      load.endsWithoutLoss();
    }
    lab.does("start", "host2");
    Web.await(lab, "host2", "blog", "v1");
  }

  private Rolling rolls(String tag, String... more) {
    return Rolling.start(laptop, Arguments.of("rollout blog --yes --tag " + tag, more));
  }
}
