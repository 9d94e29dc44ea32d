package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollback of exactly the changed hosts, from any workstation, without registry and etcd. */
@LabTest
class RollbackIT {
  @Test
  void takesBackOnlyWhatTheLastRolloutChanged(Lab lab, @TempDir Path mine, @TempDir Path colleagues)
      throws Exception {
    Workstation laptop = Workstation.of(lab, mine, "host1", "host2", "host3");
    laptop.run("rollout", "blog", "--tag", "v1", "--yes", "--batch-size", "100%", "--force");
    laptop.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "host1,host2");
    Workstation other = Workstation.of(lab, colleagues, "host1", "host2", "host3");
    lab.run("stop", "registry");
    lab.run("stop", "etcd");
    try {
      ProgramResult back = other.run("rollback", "blog", "--yes");
      assertThat(back.text())
          .containsPattern("back v2 \\(sha256:\\w+\\) → v1 \\(sha256:\\w+\\) on host1, host2")
          .contains("untouched host3");
      for (String host : new String[] {"host1", "host2", "host3"}) {
        assertThat(WebClient.ask(lab, host, "blog")).startsWith("version=v1 ");
      }
      ProgramResult again = other.tryRun("rollback", "blog", "--yes");
      assertThat(again.exit()).as(again.output()).isEqualTo(3);
      assertThat(again.err()).contains("was itself a rollback");
    } finally {
      lab.run("start", "etcd");
      lab.run("start", "registry");
    }
  }
}
