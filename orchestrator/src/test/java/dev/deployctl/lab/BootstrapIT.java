package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator with full sudo installs deployctl-host on a real host without it. */
@LabTest
class BootstrapIT {
  private static final String HOST = "host1";
  private static final String[] BOOTSTRAP = {
    "bootstrap", HOST, "--user", "outsider", "--yes", "--group", "deployers"
  };

  /** The archive of the host script from the build. */
  private static final Path ARCHIVE =
      Path.of("target/classes/dev/deployctl/bootstrap/host-script.tar").toAbsolutePath();

  @TempDir Path directory;
  private Workstation laptop;

  /** Removes the script from the host, but not its configuration. */
  @BeforeEach
  void bare(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOST);
    on(
        lab,
        """
        echo 'outsider ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/operator
        chmod 440 /etc/sudoers.d/operator
        rm -rf /usr/lib/deployctl-host /usr/sbin/deployctl-host /etc/sudoers.d/deployctl-host
        rm -rf /var/tmp/deployctl-bootstrap.*
        """);
  }

  @AfterEach
  void asOthersFindIt(Lab lab) {
    lab.run("heal", HOST);
    on(
        lab,
        """
        pkill -fx '/bin/sh .*packaging/install.*' || true
        rm -rf /etc/sudoers.d/operator /usr/lib/deployctl-host /var/tmp/deployctl-bootstrap.*
        """);
    lab.run("install", HOST);
  }

  private static String on(Lab lab, String script) {
    return lab.run("exec", HOST, "bash", "-ec", script);
  }

  private static String leftBehind(Lab lab) {
    return on(lab, "find /var/tmp -maxdepth 1 -name 'deployctl-bootstrap.*'");
  }

  /** Installs another version, as its own installer would. */
  private static void becomes(Lab lab, String version) {
    on(
        lab,
        """
        cd /usr/lib/deployctl-host
        cp -a "$(readlink current)" VERSION-0123456789ab
        sed -i "s/^VERSION = .*/VERSION = 'VERSION'/" VERSION-0123456789ab/deployctl_host/version.py
        ln -sfn VERSION-0123456789ab current
        """
            .replace("'VERSION'", "'" + version + "'")
            .replace("VERSION-", version + "-"));
  }

  private static String version(Lab lab) {
    return on(lab, "/usr/sbin/deployctl-host version --output=ndjson");
  }

  @Test
  void installsOnceAndAgainAndLeavesNothingElse(Lab lab) {
    String before = on(lab, "find /etc/deployctl -type f -exec sha256sum {} + | sort -k2");
    assertThat(laptop.tryRun("status", "blog").text()).contains("sudo does not let this user");

    ProgramResult first = laptop.run(BOOTSTRAP);

    assertThat(first.text()).contains("✓ host1 installed 0.2.0");
    assertThat(leftBehind(lab)).isEmpty();
    assertThat(
            on(
                lab,
                "find /etc/deployctl -type f ! -name '*.sample' -exec sha256sum {} + | sort -k2"))
        .as("what operators wrote is as it was")
        .isEqualTo(
            before
                .lines()
                .filter(line -> !line.endsWith(".sample"))
                .reduce("", BootstrapIT::lines));
    assertThat(on(lab, "stat -c %a:%U /etc/sudoers.d/deployctl-host")).isEqualTo("440:root");
    // By the sudo rule that was just installed, as the user with no other rights.
    assertThat(laptop.run("status", "blog").text()).contains("1 host:");

    assertThat(laptop.run(BOOTSTRAP).text()).contains("✓ host1 0.2.0, reinstalled");
  }

  private static String lines(String some, String more) {
    return some.isEmpty() ? more : some + "\n" + more;
  }

  @Test
  void upgrades(Lab lab) {
    laptop.run(BOOTSTRAP);
    becomes(lab, "0.0.9");

    assertThat(laptop.run(BOOTSTRAP).text()).contains("✓ host1 0.0.9 → 0.2.0");
    assertThat(version(lab)).contains("0.2.0");
    assertThat(leftBehind(lab)).isEmpty();
  }

  @Test
  void refusesToGoBackUnlessTold(Lab lab) {
    laptop.run(BOOTSTRAP);
    becomes(lab, "0.10.0");

    ProgramResult refused = laptop.tryRun(BOOTSTRAP);

    assertThat(refused.exit()).as(refused.output()).isEqualTo(1);
    assertThat(refused.text()).contains("0.10.0", "nothing was touched", "--allow-downgrade");
    assertThat(version(lab)).contains("0.10.0");
    String[] downgrade =
        Stream.concat(Stream.of(BOOTSTRAP), Stream.of("--allow-downgrade")).toArray(String[]::new);
    assertThat(laptop.run(downgrade).text()).contains("0.10.0 → 0.2.0");
  }

  @Test
  void somebodyWithoutTheRightToBeRootTouchesNothing(Lab lab) {
    ProgramResult refused = laptop.tryRun("bootstrap", HOST, "--yes");

    assertThat(refused.exit()).as(refused.output()).isEqualTo(1);
    assertThat(refused.text()).contains("sudo", "nothing was touched");
    assertThat(on(lab, "ls /usr/sbin/deployctl-host 2>&1 || true")).contains("No such file");
  }

  @Test
  void theConnectionDiesHalfWayAndTheNextRunSweeps(Lab lab) throws Exception {
    laptop.setEnv("DEPLOYCTL_HOST_SCRIPT", slowInstaller().toString());
    Process cut = laptop.start(BOOTSTRAP);
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (on(lab, "pgrep -fx '/bin/sh .*packaging/install.*' || true").isEmpty()) {
      assertThat(System.nanoTime()).as("the installer was started").isLessThan(deadline);
      Thread.sleep(200);
    }
    lab.run("partition", HOST);

    ProgramResult lost = ProgramRunner.finish(cut, List.of(BOOTSTRAP));

    assertThat(lost.exit()).as(lost.output()).isEqualTo(5);
    assertThat(lost.text()).contains("host1");
    lab.run("heal", HOST);
    assertThat(leftBehind(lab)).as("nobody could remove it").isNotEmpty();
    on(
        lab,
        "touch -d '1 hour ago' /var/tmp/deployctl-bootstrap.*; mkdir -m 700"
            + " /var/tmp/deployctl-bootstrap.0123456789");
    laptop.setEnv("DEPLOYCTL_HOST_SCRIPT", ARCHIVE.toString());

    assertThat(laptop.run(BOOTSTRAP).text()).contains("✓ host1 installed 0.2.0");
    assertThat(leftBehind(lab))
        .as("but what somebody else may be at just now")
        .isEqualTo("/var/tmp/deployctl-bootstrap.0123456789");
  }

  /** Packs the host script with an installer that does nothing for a long time. */
  private Path slowInstaller() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("host-script"));
    Path archive = directory.resolve("slow.tar");
    tar("-x", "-C", tree.toString(), "-f", ARCHIVE.toString());
    Files.writeString(tree.resolve("packaging/install"), "#!/bin/sh\nsleep 300\n");
    tar("-c", "-C", tree.toString(), "-f", archive.toString(), "deployctl_host", "packaging");
    return archive;
  }

  private static void tar(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("tar"));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
