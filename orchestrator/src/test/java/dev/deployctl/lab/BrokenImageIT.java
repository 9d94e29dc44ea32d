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
    laptop.does("rollout", "blog", "--tag", "v1", "--yes", "--batch-size", "100%");
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
  void oneThatExitsFailsAtOnceAndNotAtTheDeadline(Lab lab) {
    long begun = System.nanoTime();
    Finished refused = laptop.runs("rollout", "blog", "--tag", "v4-crash", "--yes");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(1);
    assertThat(refused.out()).contains("exit code");
    // The deadline of the lab's definition is 20 s; this is no timing, only far from it.
    assertThat(System.nanoTime() - begun).isLessThan(18_000_000_000L);
    assertServes(lab, "v1");
  }

  @Test
  void aSecondRolloutAfterTheRefusalWorks(Lab lab) {
    laptop.runs("rollout", "blog", "--tag", "v4-crash", "--yes");
    laptop.does("rollout", "blog", "--tag", "v2", "--yes", "--batch-size", "100%");
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
