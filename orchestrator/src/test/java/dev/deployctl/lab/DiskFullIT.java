package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk becomes full after the preflight and before the pull. */
@LabTest
class DiskFullIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};
  private static final String[] ROLLOUT = Arguments.of("rollout blog --tag v2 --yes");

  @Test
  void isFoundOutBeforeAnythingIsSwitchedAndNamesHostRoomAndNextStep(
      Lab lab, @TempDir Path directory, @TempDir Path other) throws Exception {
    Workstation laptop = Workstation.of(lab, directory, HOSTS);
    Workstation colleague = Workstation.of(lab, other, HOSTS);
    try (SmallDisk disk = SmallDisk.of(lab, "host2")) {
      laptop.deploy("blog", "v1");
      // Between the preflight and the pull.
      laptop.appendConfig("hooks: { before: [[" + quoted(disk) + "]] }\n");
      try (Load load = Load.light(lab, directory, "blog", HOSTS)) {
        ProgramResult stopped = laptop.tryRun(ROLLOUT);
        assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
        assertThat(stopped.text())
            .containsPattern(
                "host2 pull: \\d+ MiB are free under /var/lib/docker, and 1024 MiB must be;"
                    + " nothing was touched hint free space there")
            .contains("1 failed, 2 untouched (host1, host3)", "over the budget of 0 failures")
            .contains("to go on deployctl rollout blog --tag v2");
        assertServe(lab, "v1", "v1", "v1");

        disk.frees();
        ProgramResult tolerated =
            laptop.tryRun(Arguments.of("rollout blog --tag v2 --yes --max-failures 1"));
        assertThat(tolerated.exit()).as(tolerated.output()).isEqualTo(1);
        assertThat(tolerated.text()).contains("1 failed, 2 updated", "within the budget");
        assertServe(lab, "v2", "v1", "v2");

        disk.frees();
        assertThat(colleague.run(ROLLOUT).text()).contains("1 updated, 2 already up to date");
        assertServe(lab, "v2", "v2", "v2");
        load.stopWithoutLoss();
      }
    }
  }

  private static String quoted(SmallDisk disk) {
    return disk.filling().stream().map(word -> "'" + word + "'").collect(Collectors.joining(", "));
  }

  private static void assertServe(Lab lab, String... tags) {
    for (int i = 0; i < HOSTS.length; i++) {
      assertThat(WebClient.version(lab, HOSTS[i], "blog")).as(HOSTS[i]).isEqualTo(tags[i]);
      assertThat(lab.status(HOSTS[i], "blog").path("lock").isNull()).as(HOSTS[i]).isTrue();
    }
  }
}
