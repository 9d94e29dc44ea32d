package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.HostUnreachableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host key or certificate that is requested, and the verdict on it, compared with ssh. The
 * server has a certified Ed25519 key and plain RSA and ECDSA keys.
 */
class HostKeyOrderOpenSshTest {
  /** The verdict on a host key. */
  private enum Verdict {
    TRUSTED,
    UNKNOWN,
    CHANGED,
    REVOKED
  }

  @TempDir static Path directory;
  private static RealSshd sshd;
  private static String name;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    for (String type : List.of("ed25519", "rsa", "ecdsa")) {
      RealSshd.keygen(directory.resolve("host_" + type), type);
      RealSshd.keygen(directory.resolve("other_" + type), type);
    }
    RealSshd.keygen(directory.resolve("ca"), "ed25519");
    RealSshd.run(
        List.of(
            "ssh-keygen",
            "-q",
            "-s",
            directory.resolve("ca").toString(),
            "-h",
            "-I",
            "test",
            "-n",
            "127.0.0.1",
            directory.resolve("host_ed25519.pub").toString()));
    sshd =
        RealSshd.start(
            directory,
            "HostKey " + directory.resolve("host_rsa"),
            "HostKey " + directory.resolve("host_ecdsa"),
            "HostCertificate " + directory.resolve("host_ed25519-cert.pub"));
    name = "[127.0.0.1]:" + sshd.port();
  }

  @AfterAll
  static void stop() {
    if (sshd != null) {
      sshd.close();
    }
  }

  private static String line(String names, String key) throws Exception {
    return names + " " + Files.readString(directory.resolve(key + ".pub")).strip();
  }

  private static Path known(String... lines) throws Exception {
    Path file = Files.createTempFile(directory, "known_hosts", "");
    Files.writeString(file, String.join("\n", lines) + "\n");
    return file;
  }

  private static Path hashed(Path known) throws Exception {
    RealSshd.run(List.of("ssh-keygen", "-H", "-f", known.toString()));
    // ssh-keygen leaves the lines of authorities as they are.
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(known)) {
      if (line.startsWith("@")) {
        String[] words = line.split(" ", 3);
        Path one = known(words[1] + " " + words[2]);
        RealSshd.run(List.of("ssh-keygen", "-H", "-f", one.toString()));
        lines.add(words[0] + " " + Files.readString(one).strip());
      } else {
        lines.add(line);
      }
    }
    Files.write(known, lines);
    assertThat(Files.readString(known)).doesNotContain("127.0.0.1");
    return known;
  }

  private static Verdict ours(Path config) throws Exception {
    try {
      hello(config);
      return Verdict.TRUSTED;
    } catch (HostUnreachableException refused) {
      return verdict(String.valueOf(refused.getMessage()), "is not known");
    }
  }

  private static Verdict sshs(Path config) throws Exception {
    Process ssh =
        new ProcessBuilder("ssh", "-F", config.toString(), "-o", "BatchMode=yes", "target", "true")
            .redirectErrorStream(true)
            .start();
    String said = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return ssh.waitFor() == 0 ? Verdict.TRUSTED : verdict(said, "host key is known for");
  }

  private static Verdict verdict(String text, String unknown) {
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    if (lower.contains("revoked")) {
      return Verdict.REVOKED;
    }
    if (lower.contains("has changed")) {
      return Verdict.CHANGED;
    }
    assertThat(lower).contains(unknown);
    return Verdict.UNKNOWN;
  }

  private static void assertBoth(Verdict expected, Path known) throws Exception {
    Path config = sshd.config("UserKnownHostsFile " + known);
    String lines = Files.readString(known);
    assertThat(sshs(config)).as("ssh with\n" + lines).isEqualTo(expected);
    assertThat(ours(config)).as("deployctl with\n" + lines).isEqualTo(expected);
  }

  @Test
  void trustsTheCertificateBesideAStalePlainKey() throws Exception {
    for (String stale : List.of("other_ed25519", "other_rsa", "other_ecdsa", "host_rsa")) {
      for (String names : List.of(name, "*")) {
        Path known = known(line("@cert-authority " + names, "ca"), line(name, stale));
        assertBoth(Verdict.TRUSTED, known);
      }
    }
    assertBoth(
        Verdict.TRUSTED,
        known(line("@cert-authority 127.0.0.1", "ca"), line(name, "other_ed25519")));
    assertBoth(
        Verdict.CHANGED, known(line("@cert-authority 127.0.0.1", "ca"), line(name, "other_rsa")));
  }

  @Test
  void refusesARevokedAuthorityBesideAKnownPlainKey() throws Exception {
    assertBoth(Verdict.REVOKED, known(line(name, "host_ed25519"), line("@revoked *", "ca")));
    assertBoth(
        Verdict.REVOKED,
        known(
            line(name, "host_ed25519"), line("@cert-authority *", "ca"), line("@revoked *", "ca")));
  }

  @Test
  void trustsACertificateOfAnAuthorityUnderAHashedName() throws Exception {
    assertBoth(Verdict.TRUSTED, hashed(known(line("@cert-authority " + name, "ca"))));
    Path stale = known(line("@cert-authority " + name, "ca"), line(name, "other_rsa"));
    assertBoth(Verdict.TRUSTED, hashed(stale));
  }

  @Test
  void asksForTheOtherKnownTypeWhenOneIsRevoked() throws Exception {
    for (String revoked : List.of("host_ed25519", "host_rsa")) {
      String other = revoked.equals("host_rsa") ? "host_ed25519" : "host_rsa";
      Path known = known(line(name, revoked), line(name, other), line("@revoked " + name, revoked));
      assertBoth(Verdict.TRUSTED, known);
      assertBoth(Verdict.TRUSTED, hashed(known));
    }
    assertBoth(
        Verdict.REVOKED, known(line(name, "host_ed25519"), line("@revoked *", "host_ed25519")));
  }

  @Test
  void asksForTheTypeThatIsKnown() throws Exception {
    for (String key : List.of("host_ed25519", "host_rsa", "host_ecdsa")) {
      assertBoth(Verdict.TRUSTED, known(line(name, key)));
      assertBoth(Verdict.TRUSTED, hashed(known(line(name, key))));
    }
    assertBoth(Verdict.CHANGED, known(line(name, "other_rsa")));
    assertBoth(Verdict.CHANGED, known(line(name, "other_ed25519"), line(name, "host_rsa")));
  }

  @Test
  void ignoresATruncatedLine() throws Exception {
    for (String key : List.of("other_ed25519", "other_rsa", "other_ecdsa")) {
      String line = line(name, key).replaceFirst(" test$", "");
      int start = line.lastIndexOf(' ') + 1;
      assertBoth(Verdict.CHANGED, known(line));
      for (int left : List.of(4, 25, 28, line.length() - start - 4, line.length() - start - 1)) {
        assertBoth(Verdict.UNKNOWN, known(line.substring(0, start + left)));
      }
      // A line that is damaged in its middle: no point on the curve, but any 32 bytes are Ed25519.
      char flipped = line.charAt(line.length() - 20) == 'A' ? 'B' : 'A';
      String damaged =
          line.substring(0, line.length() - 20) + flipped + line.substring(line.length() - 19);
      Verdict expected = key.equals("other_ecdsa") ? Verdict.UNKNOWN : Verdict.CHANGED;
      assertBoth(expected, known(damaged));
    }
  }
}
