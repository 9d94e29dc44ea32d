package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of a rollout. */
@LabTest
class CtrlCIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.serves("blog", "v1");
  }

  @AfterEach
  void free(Lab lab) {
    lab.unlock("blog", HOSTS);
  }

  @Test
  void onceFinishesWhatRunsStartsNoMoreAndSaysWhereThingsStand(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        Rolling rollout = Rolling.start(laptop, Words.of("rollout blog --tag v2 --yes"))) {
      rollout.await("host2", "health");
      rollout.signal("INT");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isEqualTo(130);
      assertThat(finished.err()).contains("Interrupted", "Once more leaves at once");
      assertThat(finished.text())
          .contains("2 updated", "1 untouched (host3)", "interrupted after")
          .contains("to go back", "to go on", "deployctl rollout blog --tag v2");
      load.endsWithoutLoss();
    }
    assertThat(Web.version(lab, "host2", "blog")).isEqualTo("v2");
    assertThat(Web.version(lab, "host3", "blog")).isEqualTo("v1");
    for (String host : HOSTS) {
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }

  @Test
  void twiceLeavesAtOnceAndTheHostFinishesByItself(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        Rolling rollout = Rolling.start(laptop, Words.of("rollout blog --tag v5-slow --yes"))) {
      rollout.await("host1", "health");
      rollout.signal("INT");
      rollout.await("Interrupted");
      assertThat(rollout.runs()).isTrue();
      rollout.signal("INT");
      Finished finished = rollout.ends();
      assertThat(finished.exit()).as(finished.said()).isEqualTo(130);
      // The release needs five seconds to be healthy: it was left before it was.
      assertThat(finished.out()).doesNotContain("switched");
      assertThat(finished.err()).contains("deployctl status blog");
      Web.await(lab, "host1", "blog", "v5-slow");
      assertThat(Web.version(lab, "host2", "blog")).isEqualTo("v1");
      load.endsWithoutLoss();
    }
  }
}
