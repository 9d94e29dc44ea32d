package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hosts of an app come from EC2 tags; only running instances do. */
@LabTest
class Ec2TagsIT {
  @Test
  void terminatedInstanceIsNoHostAndANewOneIs(Lab lab, @TempDir Path directory) throws Exception {
    Workstation laptop = Workstation.of(lab, directory).fromEc2(lab);
    assertThat(laptop.does("hosts", "blog").out()).contains("host1", "host6", "ap-northeast-1");
    lab.does("ec2", "terminate", "host6");
    try {
      assertThat(laptop.does("hosts", "blog").out()).contains("host5").doesNotContain("host6");
    } finally {
      lab.does("ec2", "run", "host6");
      lab.does("install", "host6");
    }
    Finished rollout =
        laptop.does("rollout", "blog", "--tag", "v1", "--yes", "--batch-size", "100%");
    assertThat(rollout.out()).contains("host6");
    assertThat(Web.ask(lab, "host6", "blog")).startsWith("version=v1 ");
  }
}
