package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostUnreachableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers without the usual algorithms, because they are hardened or old. */
class HardenedServersOpenSshTest {
  @TempDir static Path directory;

  @BeforeAll
  static void needsSshd() {
    RealOpenSsh.required();
  }

  private static boolean sshLogsIn(Path config) throws Exception {
    Process ssh =
        new ProcessBuilder("ssh", "-F", config.toString(), "-o", "BatchMode=yes", "target", "true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return ssh.waitFor() == 0;
  }

  private static void assertReached(RealSshd sshd, String... config) throws Exception {
    Path file = sshd.config(config);
    assertThat(sshLogsIn(file)).as("ssh").isTrue();
    assertThat(hello(file).exit()).isZero();
  }

  @Test
  void connectsToAServerWithOnlyPostQuantumKeyExchange() throws Exception {
    try (RealSshd sshd =
        RealSshd.start(
            directory.resolve("pq"),
            "KexAlgorithms sntrup761x25519-sha512@openssh.com",
            "LogLevel DEBUG1")) {
      for (int i = 0; i < 4; i++) {
        assertReached(sshd);
      }
      assertReached(sshd, "KexAlgorithms sntrup761x25519-sha512@openssh.com");
      assertThat(sshd.log()).contains("kex: algorithm: sntrup761x25519-sha512@openssh.com");
    }
  }

  @Test
  void keepsAPostQuantumConnectionOverARekeying() throws Exception {
    try (RealSshd sshd =
        RealSshd.start(
            directory.resolve("rekey"),
            "KexAlgorithms sntrup761x25519-sha512@openssh.com",
            "RekeyLimit 64K",
            "LogLevel DEBUG1")) {
      String much = "head -c 500000 /dev/zero | tr '\\0' x >&2; " + HostCalls.HELLO;
      try (SshHostAgent agent = HostCalls.agent(sshd.config(), much)) {
        assertThat(HostCalls.call(agent, "target").exit()).isZero();
      }
      assertThat(sshd.log().lines().filter(line -> line.contains("SSH2_MSG_NEWKEYS received")))
          .hasSizeGreaterThan(2);
    }
  }

  @Test
  void connectsToAServerWithOnlyAnRsaSha1HostKeyIfAllowed() throws Exception {
    Path dir = Files.createDirectories(directory.resolve("rsa"));
    RealSshd.keygen(dir.resolve("host_ed25519"), "rsa", "-b", "2048");
    try (RealSshd sshd = RealSshd.start(dir, "HostKeyAlgorithms ssh-rsa")) {
      for (String list : List.of("+ssh-rsa", "ssh-rsa", "^ssh-rsa", "+ssh-*")) {
        assertReached(sshd, "HostKeyAlgorithms " + list);
      }
      Path strict = sshd.config();
      assertThat(sshLogsIn(strict)).isFalse();
      assertThatThrownBy(() -> hello(strict))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("the host offers ssh-rsa")
          .isInstanceOfSatisfying(
              HostUnreachableException.class,
              refused -> assertThat(refused.hint()).contains("HostKeyAlgorithms +ssh-rsa"));
    }
  }

  @Test
  void logsInWithAnRsaSha1SignatureIfAllowed() throws Exception {
    Path dir = Files.createDirectories(directory.resolve("rsa-user"));
    RealSshd.keygen(dir.resolve("user_key"), "rsa", "-b", "2048");
    try (RealSshd sshd = RealSshd.start(dir, "PubkeyAcceptedAlgorithms ssh-rsa")) {
      assertReached(sshd, "PubkeyAcceptedAlgorithms ssh-rsa");
      assertThat(hello(sshd.config("PubkeyAcceptedAlgorithms +ssh-rsa")).exit()).isZero();
      Path strict = sshd.config();
      assertThat(sshLogsIn(strict)).isFalse();
      assertThatThrownBy(() -> hello(strict)).hasMessageContaining("permission denied");
    }
  }

  @Test
  void connectsToAServerWithOldKeyExchangeIfAllowed() throws Exception {
    String old = "diffie-hellman-group14-sha1";
    try (RealSshd sshd = RealSshd.start(directory.resolve("old"), "KexAlgorithms " + old)) {
      assertReached(sshd, "KexAlgorithms +" + old);
    }
  }

  @Test
  void connectsToAServerWithOnlyUmacIfTheCipherNeedsNoMac() throws Exception {
    for (String cipher : List.of("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com")) {
      for (String mac : List.of("umac-128-etm@openssh.com", "umac-64@openssh.com")) {
        try (RealSshd sshd =
            RealSshd.start(
                Files.createTempDirectory(directory, "umac"),
                "MACs " + mac,
                "Ciphers " + cipher + ",aes256-ctr")) {
          assertReached(sshd);
          assertReached(sshd, "MACs " + mac);
        }
      }
    }
  }

  @Test
  void reportsThatUmacIsNotSupportedIfTheCipherNeedsIt() throws Exception {
    try (RealSshd sshd =
        RealSshd.start(
            directory.resolve("umac-ctr"), "MACs umac-128-etm@openssh.com", "Ciphers aes256-ctr")) {
      assertThatThrownBy(() -> hello(sshd.config()))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("deployctl does not have UMAC")
          .hasMessageContaining("sshd_config");
    }
  }
}
