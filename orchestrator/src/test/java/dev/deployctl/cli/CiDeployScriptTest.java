package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of the CI examples: it passes key and host keys on, and leaves no file. */
final class CiDeployScriptTest {
  private static final Path SCRIPT = Path.of("../examples/ci/deploy").toAbsolutePath().normalize();

  /** Prints its arguments and the files that it found. */
  private static final String TOOL =
      """
      #!/bin/bash
      trap 'echo interrupted; exit 130' INT
      echo "words: $*"
      stat -c '%a %n' "$3" "${3%/*}" "${3%/*}/key"
      cat "$3" "${3%/*}/key" "${3%/*}/known_hosts"
      env | grep ^DEPLOY_SSH_KEY= || echo "no key in the environment"
      [[ $1 != wait ]] || { echo waiting; sleep 60 >/dev/null 2>&1 & wait $!; }
      [[ $1 != fail ]] || exit 5
      """;

  @TempDir private Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private Path temporary;

  @BeforeEach
  void secrets() throws Exception {
    Shell.required("bash");
    temporary = Files.createDirectory(directory.resolve("tmp"));
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Shell.script(bin.resolve("deployctl"), TOOL);
    environment.put("PATH", bin + ":" + System.getenv("PATH"));
    environment.put("RUNNER_TEMP", temporary.toString());
    environment.put("DEPLOY_SSH_KEY", "-----BEGIN KEY-----\r\nabc\r\n-----END KEY-----");
    environment.put("DEPLOY_KNOWN_HOSTS", "web-1 ssh-ed25519 AAAA");
    environment.put("DEPLOY_SSH_USER", "deploy");
  }

  private Shell.Ended run(String... words) {
    List<String> all = new java.util.ArrayList<>(List.of(SCRIPT.toString()));
    all.addAll(List.of(words));
    return Shell.run(directory, environment, "", all);
  }

  private void nothingStays() throws Exception {
    try (var left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void handsKeyAndHostKeysOverAndLeavesNothing() throws Exception {
    Shell.Ended ended = run("status", "blog", "--environment", "production");

    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(ended.out())
        .containsPattern(
            "words: status --ssh-config \\S+/ssh_config --no-input blog --environment production")
        .containsPattern("700 \\S+/deploy\\.\\w{8}\\n")
        .containsPattern("600 \\S+/key\\n")
        .contains("User deploy", "IdentitiesOnly yes", "StrictHostKeyChecking yes")
        .contains("-----BEGIN KEY-----\nabc\n-----END KEY-----\n", "web-1 ssh-ed25519 AAAA\n")
        .contains("no key in the environment");
    nothingStays();
  }

  @Test
  void theConfigurationThatItWritesIsOneThatDeployctlReads() throws Exception {
    Path more = Files.writeString(directory.resolve("jump"), "Host *\n  ProxyJump bastion\n");
    environment.put("DEPLOY_SSH_CONFIG", more.toString());
    // Kept for the test: the script removes its own.
    Shell.script(
        directory.resolve("bin/deployctl"), "#!/bin/sh\ncp \"$3\" \"" + directory + "/kept\"\n");
    assertThat(run("status", "blog").exit()).isZero();

    try (CliFixture fixture = new CliFixture(directory, "web-1")) {
      CliFixture.Finished settings =
          fixture.runBare("ssh-config", "-F", directory.resolve("kept").toString(), "web-9");

      assertThat(settings.exit()).as(settings.err()).isZero();
      assertThat(settings.out())
          .contains("proxyjump bastion\n", "user deploy\n", "stricthostkeychecking true\n")
          .containsPattern("userknownhostsfile \\S+/known_hosts\\n")
          .containsPattern("identityfile \\S+/key\\n");
    }
  }

  @Test
  void filesServeAsWellAsText() throws Exception {
    environment.remove("DEPLOY_SSH_KEY");
    environment.put(
        "DEPLOY_SSH_KEY_FILE", Files.writeString(directory.resolve("k"), "from file").toString());

    assertThat(run("status", "blog").out()).contains("from file");
  }

  @Test
  void theExitCodeIsDeployctls() throws Exception {
    assertThat(run("fail").exit()).isEqualTo(5);
    nothingStays();
  }

  @Test
  void aSecretThatIsMissingIsNamed() throws Exception {
    environment.put("DEPLOY_SSH_KEY", "");

    Shell.Ended ended = run("status", "blog");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.out()).contains("DEPLOY_SSH_KEY is empty").doesNotContain("words:");
    nothingStays();
  }

  @Test
  void aCancelledJobInterruptsDeployctlAndWaitsForIt() throws Exception {
    Process process =
        Shell.start(
            directory,
            environment,
            List.of("env", "--default-signal=INT", SCRIPT.toString(), "wait"));
    StringBuilder out = new StringBuilder();
    try (var lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.append(line).append('\n');
        if (line.equals("waiting")) {
          process.toHandle().destroy();
        }
      }
    }
    assertThat(process.waitFor()).as(out.toString()).isEqualTo(130);
    assertThat(out).contains("interrupted");
    nothingStays();
  }

  @Test
  void whatIsDownloadedMustHaveTheChecksum() throws Exception {
    Shell.required("curl");
    environment.put("PATH", System.getenv("PATH"));
    Path tree = Files.createDirectories(directory.resolve("archive/deployctl-0.2.0/bin"));
    Shell.script(tree.resolve("deployctl"), TOOL);
    Path archive = directory.resolve("deployctl.tgz");
    assertThat(
            Shell.run(
                    directory,
                    Map.of(),
                    "tar",
                    "-C",
                    "archive",
                    "-czf",
                    archive + "",
                    "deployctl-0.2.0")
                .exit())
        .isZero();
    environment.put("DEPLOYCTL_URL", archive.toUri().toString());
    environment.put("DEPLOYCTL_SHA256", "0".repeat(64));

    Shell.Ended forged = run("status", "blog");

    assertThat(forged.exit()).isEqualTo(2);
    assertThat(forged.out()).contains("another checksum").doesNotContain("words:");
    String sum = Shell.run(directory, Map.of(), "sha256sum", archive.toString()).out();
    environment.put("DEPLOYCTL_SHA256", sum.substring(0, 64));
    assertThat(run("status", "blog").out()).contains("words: status");
    nothingStays();
  }
}
