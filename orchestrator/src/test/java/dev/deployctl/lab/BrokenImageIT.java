package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broken image never takes traffic, and whoever rolled it out learns why. */
@LabTest
class BrokenImageIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.serves("blog", "v1");
  }

  @Test
  void neverHealthyIsRefusedAtTheCanaryWithTheReason(Lab lab) throws Exception {
    try (Load load = Load.on(lab, directory, "blog", "host1,host2,host3", "fast")) {
      Finished refused = laptop.runs("rollout", "blog", "--tag", "v3-broken", "--yes");
      assertThat(refused.exit()).as(refused.said()).isEqualTo(1);
      assertThat(refused.out())
          .contains("never healthy")
          .contains("503 Service Unavailable")
          .contains("ERROR missing migration 20261101")
          .contains("2 untouched");
      Load.Count count = load.ends();
      assertThat(count.lost() + count.races()).as(count.toString()).isZero();
      assertThat(count.json().path("releases").findValuesAsText("version"))
          .isNotEmpty()
          .allMatch("v1"::equals);
    }
    assertServes(lab, "v1");
  }

  @Test
  void oneThatExitsFailsAtOnceAndNotAtTheDeadlineAndTheNextRolloutWorks(Lab lab) {
    Finished refused = laptop.runs("rollout", "blog", "--tag", "v4-crash", "--yes");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(1);
    // Somebody who had waited for the deadline would say that it was never healthy in that time.
    assertThat(refused.text()).contains("exit code").doesNotContain("never healthy");
    assertServes(lab, "v1");
    laptop.serves("blog", "v2");
    assertServes(lab, "v2");
  }

  private void assertServes(Lab lab, String version) {
    for (String host : HOSTS) {
      assertThat(Web.ask(lab, host, "blog")).startsWith("version=" + version + " ");
    }
    Finished status = laptop.does("status", "blog");
    assertThat(status.out()).contains("3 hosts: 3 ok");
  }
}
