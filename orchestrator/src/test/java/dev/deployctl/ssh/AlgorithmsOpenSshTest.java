package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.ssh.algorithms.OfferedAlgorithms;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every algorithm that is offered works with OpenSSH, and ssh_config chooses among them. */
class AlgorithmsOpenSshTest {
  @TempDir static Path directory;
  private static RealSshd sshd;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    sshd =
        RealSshd.start(
            directory.resolve("sshd"), "LogLevel DEBUG1", "KexAlgorithms +ecdh-sha2-nistp256");
  }

  @AfterAll
  static void stop() {
    if (sshd != null) {
      sshd.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> works() {
    return Stream.of(
            OfferedAlgorithms.names(OfferedAlgorithms.KEY_EXCHANGES).stream()
                .map(name -> "KexAlgorithms " + name),
            OfferedAlgorithms.names(OfferedAlgorithms.CIPHERS).stream()
                .map(name -> "Ciphers " + name),
            OfferedAlgorithms.names(OfferedAlgorithms.MACS).stream()
                .map(name -> "Ciphers aes128-ctr\nMACs " + name))
        .flatMap(lines -> lines)
        .map(
            lines ->
                DynamicTest.dynamicTest(
                    lines.replace('\n', ' '),
                    () -> assertThat(hello(sshd.config(lines.split("\n", -1))).exit()).isZero()));
  }

  @Test
  void offersFastAndSafeAlgorithmsFirst() throws Exception {
    assertThat(hello(sshd.config()).exit()).isZero();
    assertThat(sshd.log())
        .contains(
            "kex: algorithm: curve25519-sha256",
            "kex: host key algorithm: ssh-ed25519",
            "kex: client->server cipher: aes128-gcm@openssh.com");
  }

  @Test
  void reportsThatSshConfigLeavesNoAlgorithm() throws Exception {
    Path config = sshd.config("Ciphers 3des-cbc");
    assertThatThrownBy(() -> hello(config))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContaining("Ciphers 3des-cbc")
        .hasMessageContaining("selects no algorithm that deployctl has");
  }

  @Test
  void reportsAHostWithoutACommonAlgorithm() throws Exception {
    try (RealSshd old =
        RealSshd.start(directory.resolve("old"), "KexAlgorithms diffie-hellman-group14-sha1")) {
      assertThatThrownBy(() -> hello(old.config()))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("KeyExchangeAlgorithms");
    }
  }
}
