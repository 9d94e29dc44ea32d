package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release that is held, looked at, and promoted or abandoned from another workstation. */
@LabTest
class HoldIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  @TempDir Path colleagues;
  private Workstation laptop;
  private Workstation other;
  private OwnApp app;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    app = new OwnApp(lab, "shelf", HOSTS);
    app.defineWithPreview("[env]\nsource = none\n[release]\ncommand = migrate 1\ntimeout = 60s\n");
    laptop = Workstation.of(lab, directory, HOSTS);
    other = Workstation.of(lab, colleagues, HOSTS);
    laptop.appendConfig(app.config());
    other.appendConfig(app.config());
    laptop.deploy("shelf", "v1");
  }

  @AfterEach
  void removeApp(Lab lab) {
    for (String host : HOSTS) {
      lab.run("heal", host);
    }
    app.remove();
  }

  /** Returns the token, which only the workstation that holds the release is told. */
  private String hold() throws Exception {
    ProgramResult held = laptop.run("rollout", "shelf", "--tag", "v2", "--hold", "--yes", "--json");
    JsonNode last = new ObjectMapper().readTree(held.out().lines().toList().getLast());
    assertThat(last.path("ending").asText()).isEqualTo("held");
    return last.at("/hosts/0/preview/token").asText();
  }

  private static void assertVersion(Lab lab, String version) throws Exception {
    for (String host : HOSTS) {
      assertThat(WebClient.version(lab, host, "shelf")).as(host).isEqualTo(version);
      assertThat(lab.status(host, "shelf").path("lock").isNull()).as(host).isTrue();
    }
  }

  @Test
  void heldReleaseIsSeenWithItsTokenAndPromotedWithoutLoss(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "shelf", HOSTS)) {
      String token = hold();
      assertVersion(lab, "v1");
      assertThat(WebClient.preview(lab, "host1", "shelf", token)).isEqualTo("v2");
      assertThat(WebClient.preview(lab, "host2", "shelf", token)).isEqualTo("v1");
      assertThat(WebClient.preview(lab, "host1", "shelf", "0".repeat(32))).isEqualTo("v1");
      assertThat(other.run("status", "shelf").text())
          .contains("host1 holds v2", "deployctl promote shelf makes it live")
          .doesNotContain(token);
      ProgramResult refused = other.tryRun("rollout", "shelf", "--tag", "v2", "--yes");
      assertThat(refused.exit()).as(refused.output()).isEqualTo(3);
      assertThat(refused.text()).contains("v2 is held there", "deployctl abandon shelf");

      ProgramResult promoted = other.run("promote", "shelf", "--yes");

      assertThat(promoted.text())
          .contains("is live: 3 updated")
          .doesNotContain("| migrates with release");
      load.stopWithoutLoss();
      assertVersion(lab, "v2");
      assertThat(WebClient.preview(lab, "host1", "shelf", token)).isEqualTo("v2");
    }
    assertThat(laptop.run("history", "shelf", "--hosts", "host1").text())
        .contains("promote", "held on host1");
    laptop.run("rollback", "shelf", "--yes");
    assertVersion(lab, "v1");
  }

  @Test
  void abandonedReleaseLeavesTheLiveOneAsItIs(Lab lab) throws Exception {
    String token = hold();

    assertThat(other.run("abandon", "shelf", "--yes").text())
        .contains(
            "Remove the held release of shelf: v2 (",
            ") by deploy on 1 host: host1",
            "host1 removed");

    assertVersion(lab, "v1");
    assertThat(WebClient.preview(lab, "host1", "shelf", token)).isEqualTo("v1");
    assertThat(lab.status("host1", "shelf").path("held").isNull()).isTrue();
    assertThat(other.tryRun("promote", "shelf", "--yes").exit()).isEqualTo(3);
  }

  @Test
  void holdIsFollowedOverALostConnection(Lab lab) throws Exception {
    try (RunningDeployctl hold =
        RunningDeployctl.start(
            laptop, Arguments.of("rollout shelf --tag v5-slow --hold --yes -v"))) {
      hold.await("host1", "health");
      lab.run("partition", "host1");
      hold.await("host1", "connection lost");
      lab.run("heal", "host1");
      ProgramResult finished = hold.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
      assertThat(finished.text())
          .contains("is held, nobody is switched", "deployctl promote shelf");
    }
    assertVersion(lab, "v1");
    other.run("promote", "shelf", "--yes");
    assertVersion(lab, "v5-slow");
  }
}
