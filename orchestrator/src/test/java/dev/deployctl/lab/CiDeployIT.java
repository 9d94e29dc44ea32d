package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of the CI examples, with a real key and real host keys. */
@LabTest
class CiDeployIT {
  private static final Path SCRIPT = Path.of("../examples/ci/deploy").toAbsolutePath().normalize();
  private static final Path TOOL = Path.of("target/deployctl/bin").toAbsolutePath();

  @Test
  void aJobReachesItsHostsWithItsKeyAndThePinnedHostKeysAlone(Lab lab, @TempDir Path directory)
      throws Exception {
    Workstation.of(lab, directory, "host1");
    Path files = lab.sshConfig().resolveSibling("known_hosts");
    Map<String, String> job =
        Map.of(
            "PATH", TOOL + ":" + System.getenv("PATH"),
            "HOME", directory.toString(),
            "DEPLOY_SSH_USER", "deploy",
            "DEPLOY_SSH_KEY_FILE", files.resolveSibling("key").toString(),
            "DEPLOY_KNOWN_HOSTS_FILE", files.toString());
    List<String> status = List.of(SCRIPT.toString(), "status", "blog");

    ProgramResult reached = ProgramRunner.run(directory, job, status);

    assertThat(reached.exit()).as(reached.output()).isZero();
    assertThat(reached.out()).contains("host1");
    Map<String, String> unpinned = new java.util.TreeMap<>(job);
    unpinned.remove("DEPLOY_KNOWN_HOSTS_FILE");
    unpinned.put("DEPLOY_KNOWN_HOSTS", "elsewhere ssh-ed25519 AAAA");
    ProgramResult refused = ProgramRunner.run(directory, unpinned, status);
    assertThat(refused.exit()).as(refused.output()).isEqualTo(5);
    assertThat(refused.text()).contains("not known");
  }
}
