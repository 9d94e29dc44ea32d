package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Back, on exactly the hosts that were changed; from any laptop, without registry and etcd. */
@LabTest
class RollbackIT {
  @Test
  void takesBackOnlyWhatTheLastRolloutChanged(Lab lab, @TempDir Path mine, @TempDir Path colleagues)
      throws Exception {
    Workstation laptop = Workstation.of(lab, mine, "host1", "host2", "host3");
    laptop.does("rollout", "blog", "--tag", "v1", "--yes", "--batch-size", "100%", "--force");
    laptop.does("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "host1,host2");
    Workstation other = Workstation.of(lab, colleagues, "host1", "host2", "host3");
    lab.does("stop", "registry");
    lab.does("stop", "etcd");
    try {
      Finished back = other.does("rollback", "blog", "--yes");
      assertThat(back.text())
          .containsPattern("back v2 \\(sha256:\\w+\\) → v1 \\(sha256:\\w+\\) on host1, host2")
          .contains("untouched host3");
      for (String host : new String[] {"host1", "host2", "host3"}) {
        assertThat(Web.ask(lab, host, "blog")).startsWith("version=v1 ");
      }
      Finished again = other.runs("rollback", "blog", "--yes");
      assertThat(again.exit()).as(again.said()).isEqualTo(3);
      assertThat(again.err()).contains("was itself a rollback");
    } finally {
      lab.does("start", "etcd");
      lab.does("start", "registry");
    }
  }
}
