package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log is rotated while a canary is watched that fails one request in five. */
@LabTest
class LogRotatedIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};
  private static final String LOG = "/var/log/nginx/deployctl-blog.log";

  /**
   * Moves the log {@code $1} to {@code $2} once ten more failures are logged, and runs {@code $3}
   * once nginx writes to a new log and no worker writes to the old one.
   */
  private static final String ROTATE =
      """
      until_true() { for _ in $(seq 600); do "$@" && return; sleep 0.1; done; exit 1; }
      failures() { grep -c '"status":500' "$1" || true; }
      before=$(failures "$1")
      has_failures() { test "$(failures "$1")" -ge $((before + 10)); }
      is_open() { ls -l /proc/$(cat /run/nginx.pid)/fd $(pgrep -P $(cat /run/nginx.pid) \
          | sed 's,.*,/proc/&/fd,') 2>/dev/null | grep -qF -- "-> $1"; }
      is_closed() { ! is_open "$1"; }
      until_true has_failures "$1"
      rm -f "$1"[-.]*
      mv "$1" "$2"
      kill -USR1 $(cat /run/nginx.pid)
      until_true test -s "$1"
      until_true is_closed "$2"
      eval "$3"
      """;

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  /**
   * Rolls out, and has the log moved away in the middle of the watch. The rollout stands still
   * until that is done, so that the watch cannot end earlier on a slow machine.
   */
  private ProgramResult watched(Lab lab, String to, String afterwards) throws Exception {
    Path canary = Files.createDirectory(directory.resolve("canary"));
    try (Load asked = Load.light(lab, canary, "blog", "host1");
        Load others = Load.light(lab, directory, "blog", "host2", "host3");
        RunningDeployctl rolling =
            RunningDeployctl.start(
                laptop,
                Arguments.of(
                    "rollout blog --yes --canary 1 --batch-size 2 --tag v17-failing --bake 8s"))) {
      rolling.await("watching the canary");
      rolling.signal("STOP");
      try {
        lab.run("exec", "host1", "bash", "-ec", ROTATE, "rotate", LOG, to, afterwards);
      } finally {
        rolling.signal("CONT");
      }
      ProgramResult finished = rolling.awaitExit();
      others.stopWithoutLoss();
      asked.stop();
      return finished;
    }
  }

  @Test
  void requestsInADatedAndPackedPartCountAndTheCanaryIsFoundOut(Lab lab) throws Exception {
    ProgramResult stopped = watched(lab, LOG + "-20261130", "gzip " + LOG + "-20261130");
    assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
    assertThat(stopped.text()).contains("canary: more errors than allowed");
    assertThat(lab.status("host2", "blog").path("serving").path("tag").asText()).isEqualTo("v1");
  }

  @Test
  void requestsThatAreNowhereToBeFoundAreNotTakenForGood(Lab lab) throws Exception {
    ProgramResult stopped = watched(lab, "/root/elsewhere.log", "true");
    assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
    assertThat(stopped.text()).contains("how requests fared is not known", "2 untouched");
    assertThat(lab.status("host2", "blog").path("serving").path("tag").asText()).isEqualTo("v1");
  }
}
