package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C during an automatic rollback. */
@LabTest
class RollbackInterruptedIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @Test
  void takesBackNoMoreAndTheNamedCommandDoesTheRest(Lab lab, @TempDir Path directory)
      throws Exception {
    Workstation laptop = Workstation.of(lab, directory, HOSTS);
    // It needs five seconds to be healthy, so the rollback to it can be interrupted.
    laptop.deploy("blog", "v5-slow");
    try (UnhealthyHosts _ = UnhealthyHosts.of(lab, "blog", "host3");
        Load load = Load.light(lab, directory, "blog", HOSTS);
        RunningDeployctl rollout =
            RunningDeployctl.start(
                laptop,
                Arguments.of(
                    "rollout blog --tag v2 --yes -v --on-failure rollback --parallelism 1"))) {
      rollout.awaitAfter("rolled back: 2 hosts", "host1", "health");
      rollout.signal("INT");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(130);
      assertThat(finished.err()).contains("Press Ctrl-C again to leave at once");
      assertThat(finished.text())
          .contains("interrupted: 1 running host will finish")
          .contains("1 failed, 1 rolled back (host1), 1 updated", "interrupted after")
          .contains("not all changed hosts were rolled back", "touches host2 alone");
      assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo("v5-slow");
      assertThat(WebClient.version(lab, "host2", "blog")).isEqualTo("v2");
      assertThat(WebClient.version(lab, "host3", "blog")).isEqualTo("v5-slow");
      assertFree(lab);

      Matcher rest =
          Pattern.compile("to go back +deployctl (rollback blog --rollout r-\\w+)")
              .matcher(finished.out());
      assertThat(rest.find()).as(finished.output()).isTrue();
      ProgramResult done = laptop.run(Arguments.of(rest.group(1), "--yes"));
      assertThat(done.text()).contains("1 rolled back (host2)");
      load.stopWithoutLoss();
    }
    for (String host : HOSTS) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo("v5-slow");
    }
    assertFree(lab);
  }

  private static void assertFree(Lab lab) {
    for (String host : HOSTS) {
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }
}
