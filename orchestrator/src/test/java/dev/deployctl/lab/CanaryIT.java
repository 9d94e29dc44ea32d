package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The canary is judged by the answers to its users, as nginx logs them on its host. */
@LabTest
class CanaryIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  /** One in five pages fails; POSTs do not, so of all requests it is somewhat less. */
  private static final Pattern FAILING =
      Pattern.compile(
          "canary: more errors than allowed: (\\d+\\.\\d) % of (\\d+) requests ended in 5xx"
              + " \\(before: (\\d+\\.\\d) % of (\\d+)\\)");

  private static final Pattern SLOW =
      Pattern.compile(
          "canary: slower than allowed: 0\\.0 % of .*, 95 % within (\\d+) ms \\(before: (\\d+)"
              + " ms\\)");

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  @Test
  void canaryThatFailsItsUsersGoesNoFurtherAndItIsSaidByHowMuch(Lab lab) throws Exception {
    Path canary = Files.createDirectory(directory.resolve("canary"));
    try (Load asked = Load.light(lab, canary, "blog", "host1");
        Load others = Load.light(lab, directory, "blog", "host2", "host3")) {
      ProgramResult stopped = laptop.tryRun(rollout("v17-failing", "3s"));
      assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
      assertThat(stopped.text())
          .contains("1 updated, 2 untouched (host2, host3)")
          .contains("the canary is worse than what it replaced, stopped after")
          .contains("to go back deployctl rollback blog");
      Matcher figures = figures(FAILING, stopped);
      assertThat(Double.parseDouble(figures.group(1))).isBetween(8.0, 25.0);
      assertThat(Long.parseLong(figures.group(2))).isGreaterThanOrEqualTo(20);
      assertThat(Double.parseDouble(figures.group(3))).isZero();
      assertThat(Long.parseLong(figures.group(4))).isPositive();
      others.stopWithoutLoss();
      // The failed requests of the canary are answers of the release itself.
      Load.Count count = asked.stop();
      assertThat(count.lost()).as(count.toString()).isPositive();
      assertThat(count.json().path("lost_by_kind").path("http_500").asLong())
          .as(count.toString())
          .isEqualTo(count.lost());
      assertThat(count.races()).as(count.toString()).isZero();
    }
    assertServe(lab, "v17-failing", "v1", "v1");
  }

  @Test
  void canaryThatIsSlowIsTakenBackWhereThatIsAskedFor(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS)) {
      ProgramResult back = laptop.tryRun(rollout("v5-slow", "3s", "--on-failure", "rollback"));
      assertThat(back.exit()).as(back.output()).isEqualTo(1);
      assertThat(back.text())
          .contains("1 rolled back (host1), 2 untouched (host2, host3)")
          .contains("the canary is worse than what it replaced, rolled back after");
      Matcher figures = figures(SLOW, back);
      long now = Long.parseLong(figures.group(1));
      assertThat(now).isGreaterThanOrEqualTo(200);
      assertThat(Long.parseLong(figures.group(2))).isLessThan(now);
      load.stopWithoutLoss();
    }
    assertServe(lab, "v1", "v1", "v1");
    assertThat(lab.status("host1", "blog").path("serving").path("verb").asText())
        .isEqualTo("rollback");
  }

  @Test
  void canaryThatIsAsGoodAsBeforeIsWatchedAndThenTheOthersFollow(Lab lab) throws Exception {
    try (Load load = Load.light(lab, directory, "blog", HOSTS)) {
      ProgramResult done = laptop.run(rollout("v2", "3s"));
      assertThat(done.text())
          .contains("watching the canary")
          .containsPattern("canary: 0\\.0 % of \\d+ requests ended in 5xx")
          .contains("3 updated");
      load.stopWithoutLoss();
    }
    assertServe(lab, "v2", "v2", "v2");
  }

  private static String[] rollout(String tag, String bake, String... more) {
    return Arguments.of(
        "rollout blog --yes --canary 1 --batch-size 2 --tag " + tag + " --bake " + bake, more);
  }

  private static Matcher figures(Pattern pattern, ProgramResult finished) {
    Matcher figures = pattern.matcher(finished.text());
    assertThat(figures.find()).as(finished.output()).isTrue();
    return figures;
  }

  private static void assertServe(Lab lab, String... tags) {
    for (int i = 0; i < HOSTS.length; i++) {
      assertThat(lab.status(HOSTS[i], "blog").path("serving").path("tag").asText())
          .as(HOSTS[i])
          .isEqualTo(tags[i]);
      assertThat(lab.status(HOSTS[i], "blog").path("lock").isNull()).as(HOSTS[i]).isTrue();
    }
  }
}
