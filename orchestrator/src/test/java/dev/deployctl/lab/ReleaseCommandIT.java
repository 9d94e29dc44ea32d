package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The release command of real rollouts: it runs once, and its failure changes no host. */
@LabTest
class ReleaseCommandIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;
  private OwnApp app;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    app = new OwnApp(lab, "shelf", HOSTS);
    define("");
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.appendConfig(app.config());
    laptop.deploy("shelf", "v1");
  }

  @AfterEach
  void removeApp(Lab lab) {
    for (String host : HOSTS) {
      lab.run("heal", host);
    }
    app.remove();
  }

  private void define(String sections) {
    app.define("[env]\nsource = none\n" + sections);
  }

  private static String release(String command) {
    return "[release]\ncommand = " + command + "\ntimeout = 10m\n";
  }

  /** Sends a signal to the running release command, past Docker, which would count it as an end. */
  private static void signal(Lab lab, String name) {
    String container = "$(docker ps -q --filter name=shelf-run)";
    lab.run(
        "exec",
        "host1",
        "bash",
        "-c",
        "kill -" + name + " $(docker inspect -f '{{.State.Pid}}' " + container + ")");
  }

  private static void assertVersion(Lab lab, String version) throws Exception {
    for (String host : HOSTS) {
      assertThat(WebClient.version(lab, host, "shelf")).as(host).isEqualTo(version);
    }
  }

  private int starts(String host) throws Exception {
    int found = 0;
    ProgramResult listed = laptop.run("history", "shelf", "--hosts", host, "--json");
    JsonNode history = new ObjectMapper().readTree(listed.out());
    for (JsonNode entry : history.path("entries")) {
      found += entry.at("/run/kind").asText().equals("release") ? 1 : 0;
    }
    return found;
  }

  @Test
  void runsOnceAndTheNextPlanKnowsHowLongItTook(Lab lab) throws Exception {
    define(release("migrate 1") + "check = migrated\n");
    ProgramResult done = laptop.run("rollout", "shelf", "--tag", "v2", "--yes");
    assertThat(done.out()).contains("| migrates with release", "| migrated");
    assertVersion(lab, "v2");
    assertThat(starts("host1")).isEqualTo(1);
    assertThat(starts("host2") + starts("host3")).isZero();
    assertThat(laptop.run("plan", "shelf", "--tag", "v1").text())
        .contains("runs migrate 1 once on host1")
        .containsPattern("took 1(\\.\\d)? s the last time; its check finds nothing to do");
    assertThat(laptop.run("rollback", "shelf", "--yes").text())
        .contains("a rollback does not run the release command (migrate 1)");
    assertVersion(lab, "v1");
  }

  @Test
  void failureChangesNoHost(Lab lab) throws Exception {
    define(release("fail 3"));
    ProgramResult failed = laptop.tryRun("rollout", "shelf", "--tag", "v2", "--yes");
    assertThat(failed.exit()).as(failed.output()).isEqualTo(1);
    assertThat(failed.text())
        .contains("the release command fail 3 failed", "exit 3; no host was changed")
        .contains("1 failed, 2 untouched");
    assertVersion(lab, "v1");
    for (String host : HOSTS) {
      assertThat(lab.status(host, "shelf").path("lock").isNull()).as(host).isTrue();
    }
  }

  @Test
  void timeLimitChangesNoHost(Lab lab) throws Exception {
    define("[release]\ncommand = migrate 50\ntimeout = 2s\n");
    ProgramResult failed = laptop.tryRun("rollout", "shelf", "--tag", "v2", "--yes");
    assertThat(failed.exit()).as(failed.output()).isEqualTo(1);
    assertThat(failed.text()).contains("it had not ended after 2 s", "no host was changed");
    assertVersion(lab, "v1");
  }

  @Test
  void lostConnectionFollowsTheSameCommand(Lab lab) throws Exception {
    define(release("migrate 20"));
    try (RunningDeployctl rollout =
        RunningDeployctl.start(laptop, Arguments.of("rollout shelf --tag v2 --yes"))) {
      rollout.await("host1", "migrates with release");
      lab.run("partition", "host1");
      rollout.await("host1", "connection lost");
      lab.run("heal", "host1");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isZero();
      assertThat(finished.out().lines().filter(line -> line.contains("| migrates with release")))
          .hasSize(1);
    }
    assertVersion(lab, "v2");
    assertThat(starts("host1")).isEqualTo(1);
  }

  @Test
  void ctrlCLeavesItRunningAndAttachFollowsIt(Lab lab) throws Exception {
    define(release("migrate 20"));
    try (RunningDeployctl rollout =
        RunningDeployctl.start(laptop, Arguments.of("rollout shelf --tag v2 --yes"))) {
      rollout.await("host1", "migrates with release");
      signal(lab, "STOP");
      rollout.signal("INT");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(130);
      assertThat(finished.text())
          .contains("goes on to its end on host1; no host was changed")
          .contains("deployctl attach shelf --hosts host1 --run ");
    }
    assertAttachFollowsToTheEnd(lab);
    assertVersion(lab, "v1");
  }

  @Test
  void rolloutAfterAKilledOneIsToldOfTheCommandThatRuns(Lab lab) throws Exception {
    define(release("migrate 30"));
    try (RunningDeployctl rollout =
        RunningDeployctl.start(laptop, Arguments.of("rollout shelf --tag v2 --yes"))) {
      rollout.await("host1", "migrates with release");
      signal(lab, "STOP");
      rollout.signal("KILL");
    }
    ProgramResult refused = laptop.tryRun("rollout", "shelf", "--tag", "v2", "--yes");
    assertThat(refused.exit()).as(refused.output()).isEqualTo(4);
    assertThat(laptop.run("status", "shelf").text()).contains("the release command of rollout r-");
    assertThat(starts("host1")).isEqualTo(1);
    assertAttachFollowsToTheEnd(lab);
    assertVersion(lab, "v1");
  }

  private void assertAttachFollowsToTheEnd(Lab lab) throws Exception {
    try (RunningDeployctl attach = RunningDeployctl.start(laptop, Arguments.of("attach shelf"))) {
      attach.await("migrates with release");
      signal(lab, "CONT");
      ProgramResult followed = attach.awaitExit();
      assertThat(followed.exit()).as(followed.output()).isZero();
      assertThat(followed.out()).contains("migrated");
    }
  }
}
