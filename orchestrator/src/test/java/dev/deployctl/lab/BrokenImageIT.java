package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broken image never receives traffic, and the output has the reason. */
@LabTest
class BrokenImageIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  @Test
  void neverHealthyIsRefusedAtTheCanaryWithTheReason(Lab lab) throws Exception {
    try (Load load = Load.on(lab, directory, "blog", "host1,host2,host3", "fast")) {
      ProgramResult refused = laptop.tryRun("rollout", "blog", "--tag", "v3-broken", "--yes");
      assertThat(refused.exit()).as(refused.output()).isEqualTo(1);
      assertThat(refused.out())
          .contains("never healthy")
          .contains("503 Service Unavailable")
          .contains("ERROR missing migration 20261101")
          .contains("2 untouched");
      Load.Count count = load.stop();
      assertThat(count.lost() + count.races()).as(count.toString()).isZero();
      assertThat(count.json().path("releases").findValuesAsText("version"))
          .isNotEmpty()
          .allMatch("v1"::equals);
    }
    assertServes(lab, "v1");
  }

  @Test
  void oneThatExitsFailsAtOnceAndNotAtTheDeadlineAndTheNextRolloutWorks(Lab lab) {
    ProgramResult refused = laptop.tryRun("rollout", "blog", "--tag", "v4-crash", "--yes");
    assertThat(refused.exit()).as(refused.output()).isEqualTo(1);
    // A wait for the deadline would end with "not healthy within" it.
    assertThat(refused.text()).contains("exit code").doesNotContain("never healthy");
    assertServes(lab, "v1");
    laptop.deploy("blog", "v2");
    assertServes(lab, "v2");
  }

  private void assertServes(Lab lab, String version) {
    for (String host : HOSTS) {
      assertThat(WebClient.ask(lab, host, "blog")).startsWith("version=" + version + " ");
    }
    ProgramResult status = laptop.run("status", "blog");
    assertThat(status.out()).contains("3 hosts: 3 ok");
  }
}
