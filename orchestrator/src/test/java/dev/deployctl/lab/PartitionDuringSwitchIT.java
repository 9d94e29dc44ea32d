package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host falls out of the network in the middle of its deploy, and goes on with it all the same.
 * The release needs five seconds to be healthy: time to cut the host off.
 */
@LabTest
class PartitionDuringSwitchIT {
  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.serves("blog", "v1");
  }

  @AfterEach
  void healed(Lab lab) {
    lab.does("heal", "host2");
  }

  @Test
  void healedAfterwardsTheOutcomeIsTheHostsOwnWord(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", "host1,host3");
        Rolling rollout = Rolling.start(laptop, Arguments.of("rollout blog --tag v5-slow --yes"))) {
      rollout.await("host2", "health");
      lab.does("partition", "host2");
      rollout.await("host2", "connection lost");
      lab.does("heal", "host2");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isZero();
      assertThat(finished.text()).contains("3 updated");
      load.endsWithoutLoss();
    }
    assertThat(Web.version(lab, "host2", "blog")).isEqualTo("v5-slow");
  }

  @Test
  void neverHealedItIsUnknownCountedAndNamedWithTheCommandThatWillTell(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", "host1,host3");
        Rolling rollout =
            Rolling.start(
                laptop, Arguments.of("rollout blog --tag v5-slow --yes --reconnect-timeout 5s"))) {
      rollout.await("host2", "health");
      lab.does("partition", "host2");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isEqualTo(1);
      assertThat(finished.text())
          .contains("host2 stopped answering", "the host finishes or undoes it by itself")
          .contains("deployctl status blog --hosts host2")
          .contains("1 updated", "1 unknown", "1 untouched");
      load.endsWithoutLoss();
    }
    lab.does("heal", "host2");
    Web.await(lab, "host2", "blog", "v5-slow");
    assertThat(Web.version(lab, "host3", "blog")).isEqualTo("v1");
    assertThat(laptop.runs("status", "blog", "--hosts", "host2").out()).contains("v5-slow");
  }
}
