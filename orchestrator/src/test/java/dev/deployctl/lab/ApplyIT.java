package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator brings files to two real hosts; a developer may not. */
@LabTest
class ApplyIT {
  private static final String[] HOSTS = {"host1", "host2"};
  private static final String DEFINITION = "apps/blog.conf";
  private static final Path LAB_FILES = Path.of("../examples/lab").toAbsolutePath();

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void anOperatorsDirectory(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    for (String file : List.of("host.conf", DEFINITION, "apps/shop.conf", "env/shop.env")) {
      Path copy = directory.resolve(file);
      Files.createDirectories(copy.resolveSibling("."));
      Files.copy(LAB_FILES.resolve(file), copy);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    }
    laptop.write(
        "deployctl.yml",
        """
        ssh: { config: ssh_config }
        inventory: { file: hosts.yml }
        apps:
          blog: { hosts: { App: blog } }
          shop: { hosts: { App: shop } }
        """);
    onEach(
        lab,
        """
        echo 'outsider ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/operator
        chmod 440 /etc/sudoers.d/operator
        """);
  }

  @AfterEach
  void asOthersFindThem(Lab lab) {
    onEach(lab, "rm -rf /etc/sudoers.d/operator /var/lib/deployctl/applied.json");
    lab.run("install", HOSTS[0], HOSTS[1]);
  }

  private static void onEach(Lab lab, String script) {
    for (String host : HOSTS) {
      lab.run("exec", host, "bash", "-ec", script);
    }
  }

  private static String onHost(Lab lab, String host, String path) {
    return lab.run("exec", host, "cat", "/etc/deployctl/" + path) + "\n";
  }

  private ProgramResult apply(String... options) {
    String[] all = new String[options.length + 3];
    System.arraycopy(new String[] {"apply", "--user", "outsider"}, 0, all, 0, 3);
    System.arraycopy(options, 0, all, 3, options.length);
    return laptop.tryRun(all);
  }

  @Test
  void filesReachAllHostsOrNoneAndDriftIsNamed(Lab lab) throws Exception {
    String before = laptop.read(DEFINITION);
    assertThat(apply("--yes").exit()).isZero();
    String changed = before.replace("stop-timeout = 10s", "stop-timeout = 11s");
    laptop.write(DEFINITION, changed);

    ProgramResult check = apply("--check");

    assertThat(check.exit()).as(check.output()).isZero();
    assertThat(check.out()).contains("host1, host2\n", "~ apps/blog.conf", "-stop-timeout = 10s\n");
    assertThat(onHost(lab, "host1", DEFINITION)).isEqualTo(before);

    ProgramResult done = apply("--yes");

    assertThat(done.exit()).as(done.output()).isZero();
    assertThat(done.out()).contains("✓ host1  1 file changed", "✓ host2  1 file changed");
    for (String host : HOSTS) {
      assertThat(onHost(lab, host, DEFINITION)).isEqualTo(changed);
      assertThat(onHost(lab, host, "env/shop.env")).isEqualTo(laptop.read("env/shop.env"));
    }
    assertThat(apply("--yes").out()).contains("Every host that answered has these files.");

    lab.run("exec", "host2", "sed", "-i", "s/11s/12s/", "/etc/deployctl/" + DEFINITION);
    assertThat(laptop.tryRun("status", "blog").text())
        .contains("host2 apps/blog.conf differs from the last apply (")
        .doesNotContain("host1 apps/blog.conf differs");

    laptop.write(DEFINITION, changed.replace("path-env", "path-evn"));
    ProgramResult refused = apply("--yes");
    assertThat(refused.exit()).as(refused.output()).isEqualTo(1);
    assertThat(refused.text())
        .contains("apps/blog.conf:8: unknown key connect.path-evn (did you mean path-env?)")
        .contains("Nothing was changed on any host.");
    assertThat(onHost(lab, "host1", DEFINITION)).isEqualTo(changed);
  }

  @Test
  void aDeveloperWhoMayDeployMayNotApply(Lab lab) {
    ProgramResult refused = laptop.tryRun("apply", "--yes");

    assertThat(refused.exit()).as(refused.output()).isEqualTo(1);
    assertThat(refused.text()).contains("'apply' needs a user who may become root");
    assertThat(lab.run("exec", "host1", "ls", "/var/lib/deployctl")).doesNotContain("applied");
  }
}
