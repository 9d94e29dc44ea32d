package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host loses its network during its deploy, and finishes the deploy without it. The release needs
 * five seconds to be healthy, so that the test can disconnect the host.
 */
@LabTest
class PartitionDuringSwitchIT {
  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.deploy("blog", "v1");
  }

  @AfterEach
  void healed(Lab lab) {
    lab.run("heal", "host2");
  }

  @Test
  void healedAfterwardsTheOutcomeIsTheHostsOwnWord(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", "host1,host3");
        RunningDeployctl rollout =
            RunningDeployctl.start(laptop, Arguments.of("rollout blog --tag v5-slow --yes -v"))) {
      rollout.await("host2", "health");
      lab.run("partition", "host2");
      rollout.await("host2", "connection lost");
      lab.run("heal", "host2");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
      assertThat(finished.text()).contains("3 updated");
      load.stopWithoutLoss();
    }
    assertThat(WebClient.version(lab, "host2", "blog")).isEqualTo("v5-slow");
  }

  @Test
  void neverHealedItIsUnknownCountedAndNamedWithTheCommandThatWillTell(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", "host1,host3");
        RunningDeployctl rollout =
            RunningDeployctl.start(
                laptop,
                Arguments.of("rollout blog --tag v5-slow --yes -v --reconnect-timeout 5s"))) {
      rollout.await("host2", "health");
      lab.run("partition", "host2");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(1);
      assertThat(finished.text())
          .contains("host2 stopped answering", "the host finishes or undoes it by itself")
          .contains("deployctl status blog --hosts host2")
          .contains("1 updated", "1 unknown", "1 untouched");
      load.stopWithoutLoss();
    }
    lab.run("heal", "host2");
    WebClient.await(lab, "host2", "blog", "v5-slow");
    assertThat(WebClient.version(lab, "host3", "blog")).isEqualTo("v1");
    assertThat(laptop.tryRun("status", "blog", "--hosts", "host2").out()).contains("v5-slow");
  }
}
