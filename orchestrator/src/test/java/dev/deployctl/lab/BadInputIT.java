package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mistake ends in one clear error, the documented exit code, and nothing touched. */
@LabTest
class BadInputIT {
  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void laptop(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, "host1", "host2", "host3");
  }

  @Test
  void unknownAppIsAnErrorThatNamesTheApps() {
    expect(2, "no app 'blgo'", "did you mean blog?", "rollout", "blgo", "--tag", "v1");
  }

  @Test
  void unknownTagIsNotFoundAnywhereAndTouchesNothing() {
    expect(3, "nothing was touched", "v99", "rollout", "blog", "--tag", "v99");
  }

  @Test
  void unknownHostNamesTheHostsThatAreThere() {
    expect(
        2,
        "not a host of blog: 'host9'",
        "host1",
        "rollout",
        "blog",
        "--tag",
        "v1",
        "--hosts",
        "host9");
  }

  @Test
  void hostileTagNeverLeavesTheWorkstation() {
    expect(2, "not a valid tag", "'v1;id'", "rollout", "blog", "--tag", "v1;id");
  }

  @Test
  void emptyHostSetNamesWhereItLooked() throws Exception {
    Files.writeString(
        directory.resolve("deployctl.yml"),
        laptop.reads("deployctl.yml").replace("{ App: shop }", "{ App: nobody }"));
    expect(3, "App=nobody", "hosts.yml", "rollout", "shop", "--tag", "v1");
  }

  @Test
  void fiveMistakesInTheConfigurationAreReportedAtOnceWithTheirPlaces() throws Exception {
    laptop.writes(
        "deployctl.yml",
        """
        inventori: { file: hosts.yml }
        rollout:
          canary: many
          batch-size: 200%
          pause: soon
        apps:
          Blog: { hosts: { App: blog } }
        """);
    Finished wrong = laptop.runs("rollout", "blog", "--tag", "v1");
    assertThat(wrong.exit()).as(wrong.said()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("deployctl.yml:1:", "inventori", "did you mean inventory?")
        .contains("deployctl.yml:3:", "canary")
        .contains("deployctl.yml:4:", "batch-size")
        .contains("deployctl.yml:5:", "pause")
        .contains("deployctl.yml:7:", "Blog");
  }

  @Test
  void changedHostKeyIsRefusedWithTheWayToMendIt(Lab lab) throws Exception {
    Path known = directory.resolve("known_hosts");
    Path real = lab.sshConfig().resolveSibling("known_hosts");
    String[] lines = Files.readAllLines(real).toArray(String[]::new);
    // host1 answers with another host's key.
    lines[0] =
        lines[0].substring(0, lines[0].indexOf(' '))
            + " "
            + lines[1].substring(lines[1].indexOf(' ') + 1);
    Files.writeString(known, String.join("\n", lines) + "\n");
    laptop.writes(
        "ssh_config", Files.readString(lab.sshConfig()).replace(real.toString(), known.toString()));
    Finished refused = laptop.runs("rollout", "blog", "--tag", "v1", "-F", "ssh_config");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(5);
    assertThat(refused.out() + refused.err())
        .contains("host1")
        .contains("HOST KEY OF host1 HAS CHANGED")
        .contains("ssh-keygen");
  }

  @Test
  void keyThatTheHostDoesNotKnowIsSaidPlainly(Lab lab) throws Exception {
    Path key = directory.resolve("stranger");
    Finished made =
        Programs.run(
            directory,
            java.util.Map.of(),
            java.util.List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()));
    assertThat(made.exit()).as(made.said()).isZero();
    laptop.writes(
        "ssh_config",
        Files.readString(lab.sshConfig())
            .replace(lab.sshConfig().resolveSibling("key").toString(), key.toString()));
    Finished refused = laptop.runs("status", "blog", "-F", "ssh_config");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(5);
    assertThat(refused.out() + refused.err()).containsIgnoringCase("key").contains("deploy@");
  }

  @Test
  void userWithoutTheSudoRuleIsToldSo() {
    Finished refused = laptop.runs("rollout", "blog", "--tag", "v1", "-l", "outsider");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(3);
    assertThat(refused.out() + refused.err()).contains("sudo").contains("deployers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usr/sbin/nologin", "/bin/false"})
  void userWhoseLoginShellRunsNoCommandIsToldSo(String shell, Lab lab) {
    lab.does("exec", "host2", "usermod", "--shell", shell, "deploy");
    try {
      Finished refused = laptop.runs("rollout", "blog", "--tag", "v1", "--force");
      assertThat(refused.exit()).as(refused.said()).isEqualTo(3);
      assertThat(refused.text())
          .contains("host2", "the login shell of this user runs no command", "it is nologin, false")
          .contains("usermod --shell /bin/sh", "nothing was touched");
    } finally {
      lab.does("exec", "host2", "usermod", "--shell", "/bin/bash", "deploy");
    }
  }

  @Test
  void loginShellThatEndsBeforeTheCommandIsNoAnswer(Lab lab) {
    lab.does("exec", "host2", "sh", "-c", "echo exit 0 >/home/deploy/.bashrc");
    try {
      Finished refused = laptop.runs("rollout", "blog", "--tag", "v1", "--force");
      assertThat(refused.exit()).as(refused.said()).isEqualTo(3);
      assertThat(refused.text())
          .contains("host2", "ended with exit code 0, but the host gave no answer")
          .contains("nothing was touched");
    } finally {
      lab.does("exec", "host2", "rm", "/home/deploy/.bashrc");
    }
  }

  @Test
  void hostWithoutDockerIsNamedAndNothingIsTouched(Lab lab) {
    lab.does("service", "host2", "docker", "stop");
    try {
      Finished refused = laptop.runs("rollout", "blog", "--tag", "v1", "--force");
      assertThat(refused.exit()).as(refused.said()).isEqualTo(3);
      assertThat(refused.out())
          .contains("host2")
          .contains("docker")
          .contains("nothing was touched");
    } finally {
      lab.does("service", "host2", "docker", "start");
      lab.does(
          "exec",
          "host2",
          "bash",
          "-c",
          "for i in $(seq 200); do docker ps >/dev/null 2>&1 && exit; sleep .1; done; exit 1");
    }
  }

  @Test
  void usageErrorPointsToTheHelp() {
    expect(2, "--help", "", "rollout", "blog");
    expect(2, "--help", "", "rollout", "blog", "--tag", "v1", "--digest", "sha256:0");
    expect(2, "--help", "", "frobnicate");
  }

  private void expect(int exit, String one, String other, String... words) {
    Finished finished = laptop.runs(words);
    assertThat(finished.exit()).as(finished.said()).isEqualTo(exit);
    assertThat(finished.out() + finished.err()).contains(one).contains(other);
    assertThat(finished.err()).doesNotContain("\tat ");
  }
}
