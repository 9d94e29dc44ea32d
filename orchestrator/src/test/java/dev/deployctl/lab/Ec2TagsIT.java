package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hosts of an app are the running instances with its EC2 tags. */
@LabTest
class Ec2TagsIT {
  @Test
  void terminatedInstanceIsNoHostAndANewOneIs(Lab lab, @TempDir Path directory) throws Exception {
    Workstation laptop = Workstation.of(lab, directory).fromEc2(lab);
    assertThat(laptop.run("hosts", "blog").out()).contains("host1", "host6", "ap-northeast-1");
    lab.run("ec2", "terminate", "host6");
    try {
      assertThat(laptop.run("hosts", "blog").out()).contains("host5").doesNotContain("host6");
    } finally {
      lab.run("ec2", "run", "host6");
      lab.run("install", "host6");
    }
    ProgramResult rollout =
        laptop.run("rollout", "blog", "--tag", "v1", "--yes", "--batch-size", "100%");
    assertThat(rollout.out()).contains("host6");
    assertThat(WebClient.ask(lab, "host6", "blog")).startsWith("version=v1 ");
  }
}
