package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts of several versions under load of every kind lose no request. */
@LabTest
class RolloutUnderLoadIT {
  private static final String[] SIX = {"host1", "host2", "host3", "host4", "host5", "host6"};

  @Test
  void socketModeLosesNothingNotEvenAnIdleConnection(Lab lab, @TempDir Path directory)
      throws Exception {
    Workstation laptop = Workstation.of(lab, directory, SIX);
    laptop.deploy("blog", "v1");
    try (Load load =
        Load.on(lab, directory, "blog", String.join(",", SIX), "both", "--scale", "0.3")) {
      for (String tag : new String[] {"v2", "v12-abrupt"}) {
        laptop.run("rollout", "blog", "--tag", tag, "--yes", "--batch-size", "2");
      }
      Load.Count count = load.stop();
      assertThat(count.sent()).as(count.toString()).isGreaterThan(2_000);
      assertThat(count.lost()).as(count.toString()).isZero();
      assertThat(count.races()).as(count.toString()).isZero();
      System.out.println(
          "socket mode, 12 switches on 6 hosts: " + count.sent() + " requests, 0 lost");
    }
  }

  @Test
  void portModeLosesNoRequestThatNginxRead(Lab lab, @TempDir Path directory) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
    laptop.deploy("shop", "v1");
    try (Load load = Load.on(lab, directory, "shop", "host1,host2,host3", "both")) {
      for (String tag : new String[] {"v2", "v1"}) {
        laptop.run("rollout", "shop", "--tag", tag, "--yes", "--batch-size", "2");
      }
      Load.Count count = load.stop();
      assertThat(count.sent()).as(count.toString()).isGreaterThan(1_000);
      assertThat(count.lost()).as(count.toString()).isZero();
      System.out.println(
          "port mode, 6 switches: "
              + count.sent()
              + " requests, 0 lost, "
              + count.races()
              + " keep-alive races");
    }
  }
}
