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
    alice.sets("USER", "alice");
    bob.sets("USER", "bob");
    alice.serves("blog", "v1");
    try (Load load = Load.light(lab, alices, "blog", ALL);
        Rolling one =
            Rolling.start(
                alice,
                Arguments.of(
                    "rollout blog --tag v2 --yes --batch-size 2 --hosts host1,host2,host3,host4"));
        Rolling two =
            Rolling.start(
                bob,
                Arguments.of(
                    "rollout blog --tag v2b --yes --batch-size 2"
                        + " --hosts host3,host4,host5,host6"))) {
      Finished first = one.ends();
      Finished second = two.ends();
      assertThat(new int[] {first.exit(), second.exit()})
          .as(first.said() + second.said())
          .containsExactlyInAnyOrder(0, 4);
      boolean alicesWon = first.exit() == 0;
      Finished lost = alicesWon ? second : first;
      assertThat(lost.text()).contains(alicesWon ? "alice@" : "bob@", "nothing was touched");
      for (int i = 1; i <= 6; i++) {
        boolean winners = alicesWon ? i <= 4 : i >= 3;
        assertThat(Web.version(lab, "host" + i, "blog"))
            .as("host" + i)
            .isEqualTo(winners ? alicesWon ? "v2" : "v2b" : "v1");
        assertThat(lab.status("host" + i, "blog").path("lock").isNull()).isTrue();
      }
      load.endsWithoutLoss();
    }
  }
}
