package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout is suspended for longer than its lock lasts, while a colleague rolls out. */
@LabTest
class SuspendedRolloutIT {
  private static final String[] ALL = {"host1", "host2", "host3"};

  @Test
  void aSleeperThatWakesDoesNotOverrunItsColleague(
      Lab lab, @TempDir Path mine, @TempDir Path other, @TempDir Path home) throws Exception {
    Workstation laptop = Workstation.of(lab, mine, ALL);
    laptop.deploy("blog", "v1");
    Workstation colleague = Workstation.of(lab, other, ALL);
    colleague.setEnv("HOME", home.toString());
    colleague.setEnv("USER", "colleague");
    try (Load load = Load.light(lab, mine, "blog", ALL);
        RunningDeployctl sleeper =
            RunningDeployctl.start(
                laptop,
                Arguments.of(
                    "rollout blog --tag v2 --yes --canary 1 --pause 30s --lock-expiry 15s"))) {
      sleeper.await("pause between batches");
      sleeper.signal("STOP");
      ProgramResult theirs =
          colleague.run("rollout", "blog", "--tag", "v2b", "--yes", "--lock-wait", "1m");
      assertThat(theirs.text()).contains("3 updated");
      sleeper.signal("CONT");
      ProgramResult woken = sleeper.awaitExit();

      assertThat(woken.exit()).as(woken.output()).isEqualTo(1);
      assertThat(woken.text()).contains("lock lost, nothing more was changed", "lock lost on host");
      load.stopWithoutLoss();
    }
    for (String host : ALL) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo("v2b");
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }
}
