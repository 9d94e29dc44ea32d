package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ctrl-C in the middle of a rollout. A release that needs five seconds to be healthy leaves time to
 * press it during a deploy.
 */
@LabTest
class CtrlCIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  @Test
  void onceFinishesWhatRunsStartsNoMoreAndSaysWhereThingsStand(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        RunningDeployctl rollout =
            RunningDeployctl.start(laptop, Arguments.of("rollout blog --tag v5-slow --yes -v"))) {
      rollout.await("host2", "health");
      rollout.signal("INT");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(130);
      assertThat(finished.err()).contains("Interrupted", "Press Ctrl-C again to leave at once");
      assertThat(finished.text())
          .contains("2 updated", "1 untouched (host3)", "interrupted after")
          .contains("to go back", "to go on", "deployctl rollout blog --tag v5-slow");
      load.stopWithoutLoss();
    }
    assertThat(WebClient.version(lab, "host2", "blog")).isEqualTo("v5-slow");
    assertThat(WebClient.version(lab, "host3", "blog")).isEqualTo("v1");
    for (String host : HOSTS) {
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }

  @Test
  void twiceLeavesAtOnceAndTheHostFinishesByItself(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        RunningDeployctl rollout =
            RunningDeployctl.start(laptop, Arguments.of("rollout blog --tag v5-slow --yes -v"))) {
      rollout.await("host1", "health");
      rollout.signal("INT");
      rollout.await("Interrupted");
      assertThat(rollout.isRunning()).isTrue();
      rollout.signal("INT");
      ProgramResult finished = rollout.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(130);
      // The program ended before the release was healthy.
      assertThat(finished.out()).doesNotContain("switched");
      assertThat(finished.err()).contains("deployctl status blog");
      WebClient.await(lab, "host1", "blog", "v5-slow");
      assertThat(WebClient.version(lab, "host2", "blog")).isEqualTo("v1");
      load.stopWithoutLoss();
    }
  }

  @Test
  void onceDuringARollbackTakesBackNoMoreAndTheNamedCommandDoesTheRest(Lab lab) throws Exception {
    laptop.deploy("blog", "v2");
    String plain = laptop.read("deployctl.yml");
    // Docker on host1 stands still from before the rollback until the signal was heard.
    laptop.appendConfig(
        "hooks: { before: [[%s]] }\n".formatted(String.join(", ", lab.arguments(docker("STOP")))));
    try (Load load = Load.light(lab, directory, "blog", HOSTS);
        RunningDeployctl rollback =
            RunningDeployctl.start(laptop, Arguments.of("rollback blog --yes --parallelism 1"))) {
      try {
        rollback.await("host1", "starts");
        // As CI ends a job: it means the same.
        rollback.signal("TERM");
        rollback.await("Interrupted");
      } finally {
        lab.run(docker("CONT"));
        laptop.write("deployctl.yml", plain);
      }
      ProgramResult finished = rollback.awaitExit();
      assertThat(finished.exit()).as(finished.output()).isEqualTo(130);
      assertThat(finished.text())
          .contains("1 rolled back (host1)", "2 untouched (host2, host3)", "interrupted after");
      assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo("v1");
      assertThat(WebClient.version(lab, "host3", "blog")).isEqualTo("v2");

      Matcher rest =
          Pattern.compile("to go on +deployctl (rollback blog --rollout r-\\w+)")
              .matcher(finished.out());
      assertThat(rest.find()).as(finished.output()).isTrue();
      ProgramResult done = laptop.run(Arguments.of(rest.group(1), "--yes"));
      assertThat(done.text()).contains("2 rolled back (host2, host3)");
      load.stopWithoutLoss();
    }
    for (String host : HOSTS) {
      assertThat(WebClient.version(lab, host, "blog")).isEqualTo("v1");
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }

  private static String[] docker(String signal) {
    return new String[] {"exec", "host1", "pkill", "-" + signal, "-F", "/run/docker.pid"};
  }
}
