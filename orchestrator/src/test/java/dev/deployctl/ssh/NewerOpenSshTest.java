package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.hello;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server of OpenSSH 9.9 or newer, which has ML-KEM: the installed one, or the one that
 * examples/setup unpacks where the distribution's is older. Skipped without either.
 */
class NewerOpenSshTest {
  private static final Path UNPACKED = Path.of("/usr/local/lib/deployctl-openssh");
  private static final String ML_KEM = "mlkem768x25519-sha256";

  @TempDir static Path directory;
  private static Path program = RealSshd.PROGRAM;

  @BeforeAll
  static void needsMlKem() throws Exception {
    RealOpenSsh.required();
    if (hasMlKem(RealSshd.PROGRAM)) {
      return;
    }
    program = UNPACKED.resolve("usr/sbin/sshd");
    if (!Files.isExecutable(program) || !hasMlKem(program)) {
      String notice = "SKIPPED: the installed sshd has no " + ML_KEM + ", nor is there " + program;
      System.err.println(notice);
      Assumptions.abort(notice);
    }
  }

  private static boolean hasMlKem(Path sshd) throws IOException, InterruptedException {
    Process test =
        new ProcessBuilder(sshd.toString(), "-T", "-f", "/dev/null")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    test.waitFor();
    return said.contains(ML_KEM);
  }

  private static RealSshd start(String name, String... config) throws Exception {
    List<String> lines = new ArrayList<>(List.of(config));
    Path parts = UNPACKED.resolve("usr/lib/openssh");
    if (program.startsWith(UNPACKED)) {
      lines.add("SshdSessionPath " + parts.resolve("sshd-session"));
      lines.add("SshdAuthPath " + parts.resolve("sshd-auth"));
    }
    return RealSshd.start(program, directory.resolve(name), lines.toArray(String[]::new));
  }

  @Test
  void connectsToAServerWithOnlyMlKem() throws Exception {
    try (RealSshd sshd = start("ml-kem", "KexAlgorithms " + ML_KEM, "LogLevel DEBUG1")) {
      // The shared secret is new each time, and a leading zero byte of it matters.
      for (int i = 0; i < 20; i++) {
        assertThat(hello(sshd.config()).exit()).isZero();
      }
      assertThat(hello(sshd.config("KexAlgorithms " + ML_KEM)).exit()).isZero();
      assertThat(sshd.log()).contains("kex: algorithm: " + ML_KEM);
    }
  }

  @Test
  void keepsAnMlKemConnectionOverARekeying() throws Exception {
    try (RealSshd sshd =
        start("rekey", "KexAlgorithms " + ML_KEM, "RekeyLimit 64K", "LogLevel DEBUG1")) {
      String much = "head -c 500000 /dev/zero | tr '\\0' x >&2; " + HostCalls.HELLO;
      try (SshHostAgent agent = HostCalls.agent(sshd.config(), much)) {
        assertThat(HostCalls.call(agent, "target").exit()).isZero();
      }
      assertThat(sshd.log().lines().filter(line -> line.contains("SSH2_MSG_NEWKEYS received")))
          .hasSizeGreaterThan(2);
    }
  }

  @Test
  void connectsWithTheDefaultsOfBothSides() throws Exception {
    try (RealSshd sshd = start("defaults", "LogLevel DEBUG1")) {
      assertThat(hello(sshd.config()).exit()).isZero();
    }
  }
}
