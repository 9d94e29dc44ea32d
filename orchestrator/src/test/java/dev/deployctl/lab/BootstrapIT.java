package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator with full sudo puts deployctl-host onto a real host that has none. */
@LabTest
class BootstrapIT {
  private static final String HOST = "host1";
  private static final String[] BOOTSTRAP = {
    "bootstrap", HOST, "--user", "outsider", "--yes", "--group", "deployers"
  };

  @TempDir Path directory;
  private Workstation laptop;

  /** The host has an operator, and no script; what operators wrote there stays. */
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
    lab.does("heal", HOST);
    on(
        lab,
        """
        pkill -fx '/bin/sh .*packaging/install.*' || true
        rm -rf /etc/sudoers.d/operator /usr/lib/deployctl-host /var/tmp/deployctl-bootstrap.*
        """);
    lab.does("install", HOST);
  }

  private static String on(Lab lab, String script) {
    return lab.does("exec", HOST, "bash", "-ec", script);
  }

  private static String leftBehind(Lab lab) {
    return on(lab, "find /var/tmp -maxdepth 1 -name 'deployctl-bootstrap.*'");
  }

  /** Has another version in place, as its own installer would have put it there. */
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
    assertThat(laptop.runs("status", "blog").text()).contains("sudo does not let this user");

    Finished first = laptop.does(BOOTSTRAP);

    assertThat(first.text()).contains("✓ host1 installed 0.1.0");
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
    // By the rule that was just installed, as the user who may nothing else.
    assertThat(laptop.does("status", "blog").text()).contains("1 host:");

    assertThat(laptop.does(BOOTSTRAP).text()).contains("✓ host1 0.1.0, reinstalled");
  }

  private static String lines(String some, String more) {
    return some.isEmpty() ? more : some + "\n" + more;
  }

  @Test
  void upgrades(Lab lab) {
    laptop.does(BOOTSTRAP);
    becomes(lab, "0.0.9");

    assertThat(laptop.does(BOOTSTRAP).text()).contains("✓ host1 0.0.9 → 0.1.0");
    assertThat(version(lab)).contains("0.1.0");
    assertThat(leftBehind(lab)).isEmpty();
  }

  @Test
  void refusesToGoBackUnlessTold(Lab lab) {
    laptop.does(BOOTSTRAP);
    becomes(lab, "0.10.0");

    Finished refused = laptop.runs(BOOTSTRAP);

    assertThat(refused.exit()).as(refused.said()).isEqualTo(1);
    assertThat(refused.text()).contains("0.10.0", "nothing was touched", "--allow-downgrade");
    assertThat(version(lab)).contains("0.10.0");
    String[] told =
        Stream.concat(Stream.of(BOOTSTRAP), Stream.of("--allow-downgrade")).toArray(String[]::new);
    assertThat(laptop.does(told).text()).contains("0.10.0 → 0.1.0");
  }

  @Test
  void somebodyWithoutTheRightToBeRootTouchesNothing(Lab lab) {
    Finished refused = laptop.runs("bootstrap", HOST, "--yes");

    assertThat(refused.exit()).as(refused.said()).isEqualTo(1);
    assertThat(refused.text()).contains("sudo", "nothing was touched");
    assertThat(on(lab, "ls /usr/sbin/deployctl-host 2>&1 || true")).contains("No such file");
  }

  @Test
  void theConnectionDiesHalfWayAndTheNextRunSweeps(Lab lab) throws Exception {
    Path slow = directory.resolve("host-script");
    copy(Path.of("target/deployctl/host-script"), slow);
    Files.writeString(slow.resolve("packaging/install"), "#!/bin/sh\nsleep 300\n");
    laptop.sets("DEPLOYCTL_HOST_SCRIPT", slow.toString());
    Process cut = laptop.starts(BOOTSTRAP);
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (on(lab, "pgrep -fx '/bin/sh .*packaging/install.*' || true").isEmpty()) {
      assertThat(System.nanoTime()).as("the installer was started").isLessThan(deadline);
      Thread.sleep(200);
    }
    lab.does("partition", HOST);

    Finished lost = Programs.finish(cut, java.util.List.of(BOOTSTRAP));

    assertThat(lost.exit()).as(lost.said()).isEqualTo(5);
    assertThat(lost.text()).contains("host1");
    lab.does("heal", HOST);
    assertThat(leftBehind(lab)).as("nobody could remove it").isNotEmpty();
    on(
        lab,
        "touch -d '1 hour ago' /var/tmp/deployctl-bootstrap.*; mkdir -m 700"
            + " /var/tmp/deployctl-bootstrap.0123456789");
    laptop.sets(
        "DEPLOYCTL_HOST_SCRIPT",
        Path.of("target/deployctl/host-script").toAbsolutePath().toString());

    assertThat(laptop.does(BOOTSTRAP).text()).contains("✓ host1 installed 0.1.0");
    assertThat(leftBehind(lab))
        .as("but what somebody else may be at just now")
        .isEqualTo("/var/tmp/deployctl-bootstrap.0123456789");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(
            Files.isDirectory(file)
                ? target
                : java.util.Objects.requireNonNull(target.getParent()));
        if (Files.isRegularFile(file)) {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
