package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host has no power, or loses it before its turn: it is named, and the rollout goes on. */
@LabTest
class HostPoweredOffIT {
  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.deploy("blog", "v1");
  }

  @AfterEach
  void powered(Lab lab) {
    lab.run("start", "host2");
  }

  @Test
  void beforeTheRollout(Lab lab) throws Exception {
    lab.run("kill", "host2");
    try (Load load = Load.light(lab, directory, "blog", "host1,host3")) {
      ProgramResult refused = laptop.tryRun("rollout", "blog", "--tag", "v2", "--yes");
      assertThat(refused.exit()).as(refused.output()).isEqualTo(5);
      assertThat(refused.text()).contains("host2", "nothing was touched");
      assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo("v1");

      ProgramResult without =
          laptop.tryRun("rollout", "blog", "--tag", "v2", "--yes", "--max-unreachable", "1");
      assertThat(without.exit()).as(without.output()).isEqualTo(5);
      assertThat(without.text()).contains("2 updated", "host2 unreachable");
      load.stopWithoutLoss();
    }
    lab.run("start", "host2");
    ProgramResult rest = laptop.run("rollout", "blog", "--tag", "v2", "--yes");
    assertThat(rest.text()).contains("1 updated", "2 already up to date");
    assertThat(WebClient.version(lab, "host2", "blog")).isEqualTo("v2");
  }

  @Test
  void duringThePull(Lab lab) throws Exception {
    lab.forgetImages("blog", "host1", "host2", "host3");
    try (Load load = Load.light(lab, directory, "blog", "host1,host3");
        RunningDeployctl rollout = rolls("v5-slow", "--max-failures", "1", "--parallelism", "1")) {
      rollout.await("pulled: 3 hosts");
      // The canary needs five seconds to be healthy: host2 loses its power before its turn.
      lab.run("kill", "host2");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(5);
      assertThat(finished.text()).contains("2 updated", "host2 unreachable");
      load.stopWithoutLoss();
    }
    lab.run("start", "host2");
    WebClient.await(lab, "host2", "blog", "v1");
  }

  private RunningDeployctl rolls(String tag, String... more) {
    return RunningDeployctl.start(laptop, Arguments.of("rollout blog --yes --tag " + tag, more));
  }
}
