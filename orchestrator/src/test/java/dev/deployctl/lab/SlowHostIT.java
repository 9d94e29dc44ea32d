package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose network, or whose machine, is far more than ten times slower than the others'. */
@LabTest
class SlowHostIT {
  @TempDir Path directory;

  @AfterEach
  void fast(Lab lab) {
    lab.run("slow", "host2", "off");
  }

  @Test
  void slowNetworkIsRolledOutOverWithTheOthersAndHarmsNone(Lab lab) throws Exception {
    rollsOutWith(lab, "delay", "100ms");
  }

  @Test
  void slowMachineIsRolledOutOverWithTheOthersAndHarmsNone(Lab lab) throws Exception {
    rollsOutWith(lab, "cpu", "10%");
  }

  private void rollsOutWith(Lab lab, String... slowness) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.deploy("blog", "v1");
    lab.run(Arguments.of("slow host2", slowness));
    try (Load load = Load.light(lab, directory, "blog", "host1,host2,host3")) {
      ProgramResult rollout =
          laptop.run("rollout", "blog", "--tag", "v2", "--yes", "--batch-size", "2");
      assertThat(rollout.text()).contains("3 updated");
      load.stopWithoutLoss();
    }
    assertThat(WebClient.version(lab, "host2", "blog")).isEqualTo("v2");
  }
}
