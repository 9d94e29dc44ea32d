package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release that some of six hosts cannot run, and a budget of one failure. */
@LabTest
class BrokenImageSixHostsIT {
  private static final String[] ALL = {"host1", "host2", "host3", "host4", "host5", "host6"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, ALL);
    laptop.deploy("blog", "v1");
  }

  @Test
  void budgetOfOneIsSpentByTheSecondFailureAndTheOthersStayAsTheyAre(Lab lab) throws Exception {
    try (Load load = load(lab)) {
      ProgramResult stopped =
          laptop.tryRun(
              "rollout",
              "blog",
              "--tag",
              "v4-crash",
              "--yes",
              "--batch-size",
              "1",
              "--max-failures",
              "1");
      assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
      assertThat(stopped.text())
          .contains("2 failed", "4 untouched", "over the budget of 1 failure");
      load.stopWithoutLoss();
    }
    for (String host : ALL) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo("v1");
    }
  }

  @Test
  void automaticRollbackTakesBackExactlyTheHostsThatWereChanged(Lab lab) throws Exception {
    try (UnhealthyHosts _ = UnhealthyHosts.of(lab, "blog", "host2", "host4");
        Load load = load(lab)) {
      // Zones a and c in turn: host1 | host2, host3 | host4, host5 | host6.
      ProgramResult back =
          laptop.tryRun(
              "rollout",
              "blog",
              "--tag",
              "v2",
              "--yes",
              "--batch-size",
              "2",
              "--max-failures",
              "1",
              "--on-failure",
              "rollback");
      assertThat(back.exit()).as(back.output()).isEqualTo(1);
      assertThat(back.text())
          .contains("2 failed", "3 rolled back (host1, host3, host5)", "1 untouched (host6)");
      load.stopWithoutLoss();
    }
    for (String host : ALL) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo("v1");
      String verb = lab.status(host, "blog").path("serving").path("verb").asText();
      assertThat(verb).as(host).isEqualTo(host.matches("host[135]") ? "rollback" : "deploy");
    }
  }

  private Load load(Lab lab) throws Exception {
    return Load.light(lab, directory, "blog", ALL);
  }
}
