package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for an app other than rollouts: restart, maintenance, stop, run. */
@LabTest
class CommandsIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};
  private static final String GREETING = "/deploy/apps/blog/env/GREETING";

  /** Another value in each run, because the hosts may have that of the last run. */
  private static final String GOOD_DAY = "good-day-" + System.nanoTime();

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  @Test
  void restartGivesAllHostsFreshEnvAndLosesNothing(Lab lab) throws Exception {
    lab.run("etcdctl", "put", "--", GREETING, GOOD_DAY);
    try (Load load = Load.light(lab, directory, "blog", HOSTS)) {
      ProgramResult plan = laptop.run("restart", "blog", "--dry-run");
      assertThat(plan.text()).contains("restart of v1").containsPattern("env [+~]GREETING");
      assertThat(plan.output()).doesNotContain(GOOD_DAY);
      assertThat(laptop.run("restart", "blog", "--yes").text()).contains("3 updated");
      for (String host : HOSTS) {
        assertThat(WebClient.get(lab, host, "blog", "/env?name=GREETING"))
            .isEqualTo("200 " + GOOD_DAY);
        assertThat(WebClient.version(lab, host, "blog")).isEqualTo("v1");
      }
      load.stopWithoutLoss();
    } finally {
      lab.run("etcdctl", "del", "--", GREETING);
    }
  }

  @Test
  void maintenanceAndStopAreAnsweredForAndTheSameReleaseComesBack(Lab lab) {
    String release = release(lab, "host2");
    laptop.run("maintenance", "blog", "on", "--yes");
    assertAll(lab, "503");
    assertThat(laptop.run("status", "blog").text()).contains("3 hosts: 3 maintenance");
    laptop.run("maintenance", "blog", "off", "--yes");
    assertAll(lab, "200");
    laptop.run("stop", "blog", "--yes");
    assertAll(lab, "503");
    assertThat(laptop.tryRun("status", "blog").text()).contains("3 hosts: 3 stopped");
    laptop.run("start", "blog", "--yes");
    assertAll(lab, "200");
    assertThat(release(lab, "host2")).isEqualTo(release);
  }

  @Test
  void oneOffRunsWhatTheHostAllowsAndItsExitCodeIsTheCommands(Lab lab) {
    String definition = "/etc/deployctl/apps/blog.conf";
    String allowed = "/^\\[app\\]/a commands =\\n    migrate\\n    fail *";
    for (String host : HOSTS) {
      lab.run("exec", host, "sed", "-i.own", allowed, definition);
    }
    try {
      ProgramResult one = laptop.run("run", "blog", "--", "migrate");
      assertThat(one.out()).contains("host1  migrated").doesNotContain("host2");
      ProgramResult each = laptop.run("run", "blog", "--each", "--", "migrate");
      assertThat(each.out()).contains("host1  migrated", "host2  migrated", "host3  migrated");
      assertThat(laptop.tryRun("run", "blog", "--", "fail", "7").exit()).isEqualTo(7);
      ProgramResult refused = laptop.tryRun("run", "blog", "--", "sh");
      assertThat(refused.exit()).as(refused.output()).isEqualTo(1);
      assertThat(refused.output()).contains("does not allow: sh", "migrate");
    } finally {
      for (String host : HOSTS) {
        lab.run("exec", host, "mv", definition + ".own", definition);
      }
    }
  }

  @Test
  void twoNamesOfOneMachineThatOnlySshConfigKnowsAreNamedInThePlan(Lab lab) throws Exception {
    laptop.write(
        "ssh_config",
        "Host web-alias\n  HostName %s\n  HostKeyAlias host2\n%s"
            .formatted(lab.run("ip", "host2"), laptop.read("ssh_config")));
    laptop.write(
        "hosts.yml", laptop.read("hosts.yml") + "  - { name: web-alias, tags: { App: blog } }\n");
    ProgramResult plan = laptop.run("plan", "blog", "--tag", "v2");
    assertThat(plan.text())
        .contains("host2, web-alias answered with one host id")
        .contains("if they are one machine, it counts as 2 hosts");
  }

  private static String release(Lab lab, String host) {
    return lab.status(host, "blog").path("serving").path("release").asText();
  }

  private static void assertAll(Lab lab, String status) {
    for (String host : HOSTS) {
      assertThat(WebClient.get(lab, host, "blog", "/")).as(host).startsWith(status + " ");
    }
  }
}
