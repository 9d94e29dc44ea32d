package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a developer does with an app beside rollouts, on real hosts. */
@LabTest
class CommandsIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};
  private static final String GREETING = "/deploy/apps/blog/env/GREETING";

  /** Another one in each run: the hosts may have it from the last one. */
  private static final String GOOD_DAY = "good-day-" + System.nanoTime();

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void servesV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.serves("blog", "v1");
  }

  @Test
  void restartGivesAllHostsFreshEnvAndLosesNothing(Lab lab) throws Exception {
    lab.does("etcdctl", "put", "--", GREETING, GOOD_DAY);
    try (Load load = Load.light(lab, directory, "blog", HOSTS)) {
      Finished plan = laptop.does("restart", "blog", "--dry-run");
      assertThat(plan.text()).contains("restart of v1").containsPattern("env [+~]GREETING");
      assertThat(plan.said()).doesNotContain(GOOD_DAY);
      assertThat(laptop.does("restart", "blog", "--yes").text()).contains("3 updated");
      for (String host : HOSTS) {
        assertThat(Web.get(lab, host, "blog", "/env?name=GREETING")).isEqualTo("200 " + GOOD_DAY);
        assertThat(Web.version(lab, host, "blog")).isEqualTo("v1");
      }
      load.endsWithoutLoss();
    } finally {
      lab.does("etcdctl", "del", "--", GREETING);
    }
  }

  @Test
  void maintenanceAndStopAreAnsweredForAndTheSameReleaseComesBack(Lab lab) {
    String release = release(lab, "host2");
    laptop.does("maintenance", "blog", "on", "--yes");
    assertAll(lab, "503");
    assertThat(laptop.does("status", "blog").text()).contains("3 hosts: 3 maintenance");
    laptop.does("maintenance", "blog", "off", "--yes");
    assertAll(lab, "200");
    laptop.does("stop", "blog", "--yes");
    assertAll(lab, "503");
    assertThat(laptop.runs("status", "blog").text()).contains("3 hosts: 3 stopped");
    laptop.does("start", "blog", "--yes");
    assertAll(lab, "200");
    assertThat(release(lab, "host2")).isEqualTo(release);
  }

  @Test
  void oneOffRunsWhatTheHostAllowsAndItsExitCodeIsTheCommands(Lab lab) {
    String definition = "/etc/deployctl/apps/blog.conf";
    String allowed = "/^\\[app\\]/a commands =\\n    migrate\\n    fail *";
    for (String host : HOSTS) {
      lab.does("exec", host, "sed", "-i.own", allowed, definition);
    }
    try {
      Finished one = laptop.does("run", "blog", "--", "migrate");
      assertThat(one.out()).contains("host1  migrated").doesNotContain("host2");
      Finished each = laptop.does("run", "blog", "--each", "--", "migrate");
      assertThat(each.out()).contains("host1  migrated", "host2  migrated", "host3  migrated");
      assertThat(laptop.runs("run", "blog", "--", "fail", "7").exit()).isEqualTo(7);
      Finished refused = laptop.runs("run", "blog", "--", "sh");
      assertThat(refused.exit()).as(refused.said()).isEqualTo(1);
      assertThat(refused.said()).contains("does not allow: sh", "migrate");
    } finally {
      for (String host : HOSTS) {
        lab.does("exec", host, "mv", definition + ".own", definition);
      }
    }
  }

  @Test
  void twoNamesOfOneMachineThatOnlySshConfigKnowsAreNamedInThePlan(Lab lab) throws Exception {
    laptop.writes(
        "ssh_config",
        "Host web-alias\n  HostName %s\n  HostKeyAlias host2\n%s"
            .formatted(lab.does("ip", "host2"), laptop.reads("ssh_config")));
    laptop.writes(
        "hosts.yml", laptop.reads("hosts.yml") + "  - { name: web-alias, tags: { App: blog } }\n");
    Finished plan = laptop.does("plan", "blog", "--tag", "v2");
    assertThat(plan.text())
        .contains("host2, web-alias answered with one host id")
        .contains("if they are one machine, it counts as 2 hosts");
  }

  private static String release(Lab lab, String host) {
    return lab.status(host, "blog").path("serving").path("release").asText();
  }

  private static void assertAll(Lab lab, String status) {
    for (String host : HOSTS) {
      assertThat(Web.get(lab, host, "blog", "/")).as(host).startsWith(status + " ");
    }
  }
}
