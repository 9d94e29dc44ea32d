package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed during a rollout, and another workstation goes on. */
@LabTest
class WorkstationKilledIT {
  private static final String[] ALL = {"host1", "host2", "host3", "host4", "host5", "host6"};

  @Test
  void hostsFinishAndARerunFromAnotherHomeDirectoryDoesOnlyTheRest(
      Lab lab, @TempDir Path mine, @TempDir Path other, @TempDir Path home) throws Exception {
    Workstation laptop = Workstation.of(lab, mine, ALL);
    Workstation colleague = Workstation.of(lab, other, ALL);
    colleague.setEnv("HOME", home.toString());
    colleague.setEnv("USER", "colleague");
    laptop.deploy("blog", "v1");
    try (Load load = Load.light(lab, mine, "blog", ALL)) {
      try (RunningDeployctl rollout =
          RunningDeployctl.start(
              laptop,
              Arguments.of(
                  "rollout blog --tag v2 --yes -v --canary 0 --batch-size 2 --lock-expiry 60s"))) {
        rollout.await("batch 2 of 3: host3, host4");
        rollout.await("host3", "health");
        rollout.await("host4", "health");
        rollout.signal("KILL");
        rollout.awaitExit();
      }
      // The lock of the killed rollout is held for 40 to 60 seconds more.
      try (RunningDeployctl resumed =
          RunningDeployctl.start(
              colleague, Arguments.of("rollout blog --tag v2 --yes --lock-wait 3m"))) {
        resumed.await("waiting for up to");
        ProgramResult atOnce = colleague.tryRun("rollout", "blog", "--tag", "v2", "--yes");
        assertThat(atOnce.exit()).as(atOnce.output()).isEqualTo(4);
        assertThat(atOnce.text()).contains("held by", "rollout by", "nothing was touched");

        // The hosts that had begun finish without the workstation.
        WebClient.await(lab, "host3", "blog", "v2");
        WebClient.await(lab, "host4", "blog", "v2");
        ProgramResult finished = resumed.awaitExit();
        assertThat(finished.exit()).as(finished.output()).isZero();
        assertThat(finished.text()).contains("2 updated, 4 already up to date");
      }
      load.stopWithoutLoss();
    }
    for (String host : ALL) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo("v2");
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }
}
