package dev.deployctl.openssh.knownhosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.LocalUser;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import dev.deployctl.openssh.keys.TestKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeyPolicyTest {
  private static final TestKey KEY = TestKey.ed25519();

  @TempDir Path directory;

  private HostKeyPolicy policy(String host, String... config) throws IOException {
    Path file = Files.createTempFile(directory, "ssh_config", "");
    List<String> lines = new ArrayList<>(List.of(config));
    lines.add("UserKnownHostsFile " + directory.resolve("new/known_hosts"));
    lines.add("GlobalKnownHostsFile none");
    Files.write(file, lines);
    HostSettings settings =
        SshConfig.ofFile(file, LocalUser.current()).settings(SshConfigQuery.of(host));
    return new HostKeyPolicy(settings, KnownHosts.read(settings.userKnownHosts()));
  }

  private List<String> written() throws IOException {
    return Files.readAllLines(directory.resolve("new/known_hosts"));
  }

  @Test
  void refusesAnUnknownKeyUnlessAllowed() throws IOException {
    for (String line : List.of("", "StrictHostKeyChecking ask", "StrictHostKeyChecking yes")) {
      assertThat(policy("web1", line).judge(KEY.key())).isInstanceOf(HostKeyVerdict.Unknown.class);
    }
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void recordsANewKeyAsSshDoes() throws IOException {
    String option = "StrictHostKeyChecking accept-new";
    assertThat(policy("web1", option, "Port 2222").judge(KEY.key()).trusted()).isTrue();
    assertThat(written()).containsExactly("[web1]:2222 " + KEY.key().line());
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("new/known_hosts"))))
        .isEqualTo("rw-------");
    assertThat(policy("web1", option, "Port 2222").judge(TestKey.ed25519().key()))
        .isInstanceOf(HostKeyVerdict.Changed.class);
  }

  @Test
  void hashesTheNameWithHashKnownHosts() throws IOException {
    assertThat(
            policy("web1", "StrictHostKeyChecking accept-new", "HashKnownHosts yes")
                .judge(KEY.key())
                .trusted())
        .isTrue();
    assertThat(written().getFirst()).startsWith("|1|").doesNotContain("web1");
    assertThat(policy("web1").judge(KEY.key()).trusted()).isTrue();
  }

  @Test
  void appendsAfterALineWithoutALineEnd() throws IOException {
    Files.createDirectory(directory.resolve("new"));
    Files.writeString(directory.resolve("new/known_hosts"), "# mine");
    assertThat(policy("web1", "StrictHostKeyChecking accept-new").judge(KEY.key()).trusted())
        .isTrue();
    assertThat(written()).containsExactly("# mine", "web1 " + KEY.key().line());
  }

  @Test
  void recordsANewKeyOnceForManyThreads() throws Exception {
    HostKeyPolicy policy = policy("web1", "StrictHostKeyChecking accept-new");
    try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
      for (int i = 0; i < 100; i++) {
        var _ = threads.submit(() -> policy.judge(KEY.key()));
      }
    }
    assertThat(written()).hasSize(1);
  }

  @Test
  void neverRecordsANameWithASpecialMeaning() throws IOException {
    assertThat(
            policy("web1", "StrictHostKeyChecking accept-new", "HostKeyAlias *").judge(KEY.key()))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
  }

  @Test
  void refusesKeysOfTheRevokedFile() throws IOException {
    Path revoked = directory.resolve("revoked");
    Files.writeString(revoked, "# stolen\n" + KEY.key().line() + " comment\n");
    HostKeyPolicy policy =
        policy("web1", "RevokedHostKeys " + revoked, "StrictHostKeyChecking accept-new");
    assertThat(policy.judge(KEY.key()))
        .isEqualTo(new HostKeyVerdict.Revoked(new HostKeyVerdict.Line(revoked, 2, KEY.key())));
    assertThat(policy.judge(TestKey.ed25519().key()).trusted()).isTrue();
  }

  @Test
  void refusesAllKeysWithoutTheRevokedFile() throws IOException {
    assertThatThrownBy(() -> policy("web1", "RevokedHostKeys " + directory.resolve("absent")))
        .isInstanceOf(DeployException.class);
    Path binary = directory.resolve("krl");
    Files.writeString(binary, "SSHKRL\n\0binary");
    assertThatThrownBy(() -> policy("web1", "RevokedHostKeys " + binary))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("binary");
  }

  @Test
  void refusesShortKeys() throws IOException {
    HostKeyPolicy policy =
        policy("web1", "RequiredRSASize 3072", "StrictHostKeyChecking accept-new");
    assertThat(policy.judge(TestKey.rsa(2048).key()))
        .isEqualTo(new HostKeyVerdict.TooShort(2048, 3072));
    assertThat(policy.judge(KEY.key()).trusted()).isTrue();
  }
}
