package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances are added and terminated during a rollout of the fleet that was there at its start. */
@LabTest
class FleetChangesIT {
  private static final String STAYING = "host1,host2,host3,host4,host5";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory).fromEc2(lab);
    laptop.deploy("blog", "v1");
  }

  @AfterEach
  void whole(Lab lab) {
    if (!laptop.run("hosts", "blog").out().contains("host6")) {
      lab.run("ec2", "run", "host6");
      lab.run("install", "host6");
    }
  }

  @Test
  void hostTerminatedIsNamedAsGoneAndIsNoFailure(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", STAYING);
        RunningDeployctl rollout = rolls()) {
      rollout.await("batch 2 of");
      lab.run("ec2", "terminate", "host6");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
      assertThat(finished.text())
          .contains("5 updated", "1 terminated (host6)")
          .contains("terminated since the rollout began: host6");
      load.stopWithoutLoss();
    }
    assertThat(laptop.run("rollout", "blog", "--tag", "v2", "--yes").text())
        .contains("5 already up to date");
  }

  @Test
  void hostAddedIsNamedAndTheSameCommandTakesItIn(Lab lab) throws Exception {
    lab.run("ec2", "terminate", "host6");
    try (Load load = Load.light(lab, directory, "blog", STAYING);
        RunningDeployctl rollout = rolls("--pause", "8s")) {
      rollout.await("canary: host1");
      lab.run("ec2", "run", "host6");
      lab.run("install", "host6");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
      assertThat(finished.text())
          .contains("5 updated")
          // Its state and its release are printed behind its name.
          .contains("new since the rollout began, and not part of it: host6 (");
      load.stopWithoutLoss();
    }
    ProgramResult again = laptop.run("rollout", "blog", "--tag", "v2", "--yes");
    assertThat(again.text()).contains("1 updated, 5 already up to date");
    assertThat(WebClient.version(lab, "host6", "blog")).isEqualTo("v2");
  }

  private RunningDeployctl rolls(String... more) {
    return RunningDeployctl.start(
        laptop, Arguments.of("rollout blog --tag v2 --yes --canary 1 --batch-size 2", more));
  }
}
