package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry fails during a rollout, when all hosts have the image. */
@LabTest
class RegistryGoneAtSecondBatchIT {
  @TempDir Path directory;

  @AfterEach
  void registry(Lab lab) {
    lab.run("start", "registry");
  }

  @Test
  void rolloutGoesOnFromWhatWasPulledAhead(Lab lab) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.deploy("blog", "v1");
    lab.forgetImages("blog", "host1", "host2", "host3");
    try (Load load = Load.light(lab, directory, "blog", "host1,host2,host3");
        RunningDeployctl rollout =
            RunningDeployctl.start(laptop, Arguments.of("rollout blog --tag v2 --yes"))) {
      rollout.await("batch 2 of 3: host2");
      lab.run("kill", "registry");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
      assertThat(finished.text()).contains("3 updated");
      load.stopWithoutLoss();
    }
  }

  @Test
  void registryThatIsGoneFromTheStartTouchesNothing(Lab lab) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.deploy("blog", "v1");
    lab.run("kill", "registry");
    ProgramResult refused = laptop.tryRun("rollout", "blog", "--tag", "v2", "--yes");
    assertThat(refused.exit()).as(refused.output()).isEqualTo(3);
    assertThat(refused.text()).contains("registry", "nothing was touched");
    assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo("v1");
  }
}
