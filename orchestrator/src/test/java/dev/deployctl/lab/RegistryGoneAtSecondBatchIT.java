package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry goes away in the middle: all hosts have the image by then. */
@LabTest
class RegistryGoneAtSecondBatchIT {
  @TempDir Path directory;

  @AfterEach
  void registry(Lab lab) {
    lab.does("start", "registry");
  }

  @Test
  void rolloutGoesOnFromWhatWasPulledAhead(Lab lab) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.serves("blog", "v1");
    lab.forgetImages("blog", "host1", "host2", "host3");
    try (Load load = Load.light(lab, directory, "blog", "host1,host2,host3");
        Rolling rollout = Rolling.start(laptop, Arguments.of("rollout blog --tag v2 --yes"))) {
      rollout.await("batch 2 of 3: host2");
      lab.does("kill", "registry");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isZero();
      assertThat(finished.text()).contains("3 updated");
      load.endsWithoutLoss();
    }
  }

  @Test
  void registryThatIsGoneFromTheStartTouchesNothing(Lab lab) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.serves("blog", "v1");
    lab.does("kill", "registry");
    Finished refused = laptop.runs("rollout", "blog", "--tag", "v2", "--yes");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(3);
    assertThat(refused.text()).contains("registry", "nothing was touched");
    assertThat(Web.version(lab, "host1", "blog")).isEqualTo("v1");
  }
}
