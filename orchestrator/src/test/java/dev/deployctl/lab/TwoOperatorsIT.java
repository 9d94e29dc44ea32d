package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two operators roll out to overlapping hosts at the same moment. */
@LabTest
class TwoOperatorsIT {
  private static final String[] ALL = {"host1", "host2", "host3", "host4", "host5", "host6"};

  @Test
  void oneWinsAndTheOtherIsToldWhoHoldsIt(Lab lab, @TempDir Path alices, @TempDir Path bobs)
      throws Exception {
    Workstation alice = Workstation.of(lab, alices, ALL);
    Workstation bob = Workstation.of(lab, bobs, ALL);
    alice.setEnv("USER", "alice");
    bob.setEnv("USER", "bob");
    alice.deploy("blog", "v1");
    try (Load load = Load.light(lab, alices, "blog", ALL);
        RunningDeployctl one =
            RunningDeployctl.start(
                alice,
                Arguments.of(
                    "rollout blog --tag v2 --yes --batch-size 2 --hosts host1,host2,host3,host4"));
        RunningDeployctl two =
            RunningDeployctl.start(
                bob,
                Arguments.of(
                    "rollout blog --tag v2b --yes --batch-size 2"
                        + " --hosts host3,host4,host5,host6"))) {
      ProgramResult first = one.awaitExit();
      ProgramResult second = two.awaitExit();
      assertThat(new int[] {first.exit(), second.exit()})
          .as(first.output() + second.output())
          .containsExactlyInAnyOrder(0, 4);
      boolean alicesWon = first.exit() == 0;
      ProgramResult lost = alicesWon ? second : first;
      assertThat(lost.text()).contains(alicesWon ? "alice@" : "bob@", "nothing was touched");
      for (int i = 1; i <= 6; i++) {
        boolean winners = alicesWon ? i <= 4 : i >= 3;
        assertThat(WebClient.version(lab, "host" + i, "blog"))
            .as("host" + i)
            .isEqualTo(winners ? alicesWon ? "v2" : "v2b" : "v1");
        assertThat(lab.status("host" + i, "blog").path("lock").isNull()).isTrue();
      }
      load.stopWithoutLoss();
    }
  }
}
