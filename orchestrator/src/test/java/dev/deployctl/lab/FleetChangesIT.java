package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances come and go while a rollout goes over the fleet that was there when it began. */
@LabTest
class FleetChangesIT {
  private static final String STAYING = "host1,host2,host3,host4,host5";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory).fromEc2(lab);
    laptop.serves("blog", "v1");
  }

  @AfterEach
  void whole(Lab lab) {
    if (!laptop.does("hosts", "blog").out().contains("host6")) {
      lab.does("ec2", "run", "host6");
      lab.does("install", "host6");
    }
  }

  @Test
  void hostTerminatedIsNamedAsGoneAndIsNoFailure(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", STAYING);
        Rolling rollout = rolls()) {
      rollout.await("batch 2 of");
      lab.does("ec2", "terminate", "host6");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isZero();
      assertThat(finished.text())
          .contains("5 updated", "1 terminated (host6)")
          .contains("terminated since the rollout began: host6");
      load.endsWithoutLoss();
    }
    assertThat(laptop.does("rollout", "blog", "--tag", "v2", "--yes").text())
        .contains("5 already up to date");
  }

  @Test
  void hostAddedIsNamedAndTheSameCommandTakesItIn(Lab lab) throws Exception {
    lab.does("ec2", "terminate", "host6");
    try (Load load = Load.light(lab, directory, "blog", STAYING);
        Rolling rollout = rolls("--pause", "8s")) {
      rollout.await("canary: host1");
      lab.does("ec2", "run", "host6");
      lab.does("install", "host6");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isZero();
      assertThat(finished.text())
          .contains("5 updated")
          // Whether it is up by then, and what it serves, stands behind its name.
          .contains("new since the rollout began, and not part of it: host6 (");
      load.endsWithoutLoss();
    }
    Finished again = laptop.does("rollout", "blog", "--tag", "v2", "--yes");
    assertThat(again.text()).contains("1 updated, 5 already up to date");
    assertThat(Web.version(lab, "host6", "blog")).isEqualTo("v2");
  }

  private Rolling rolls(String... more) {
    return Rolling.start(
        laptop, Arguments.of("rollout blog --tag v2 --yes --canary 1 --batch-size 2", more));
  }
}
