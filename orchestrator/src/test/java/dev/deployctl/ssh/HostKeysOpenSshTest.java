package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import dev.deployctl.ssh.connect.HostKeyReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Host keys of every type and every kind of known_hosts line, compared with ssh. */
class HostKeysOpenSshTest {
  @TempDir static Path directory;
  private static RealSshd ed25519;
  private static RealSshd ecdsa;
  private static RealSshd rsa;
  private static RealSshd both;
  private static RealSshd certified;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    ed25519 = RealSshd.start(directory.resolve("ed25519"));
    ecdsa = only("ecdsa", "ecdsa", "-b", "384");
    rsa = only("rsa", "rsa", "-b", "2048");
    Path dir = directory.resolve("both");
    Files.createDirectories(dir);
    RealSshd.keygen(dir.resolve("host_rsa"), "rsa", "-b", "2048");
    RealSshd.keygen(dir.resolve("host_ecdsa"), "ecdsa");
    both =
        RealSshd.start(
            dir, "HostKey " + dir.resolve("host_rsa"), "HostKey " + dir.resolve("host_ecdsa"));
    RealSshd.keygen(directory.resolve("ca"), "ed25519");
    certified = certified("certified", "127.0.0.1,target", "+1h");
  }

  /** A server with one host key of another type. */
  private static RealSshd only(String name, String type, String... more) throws Exception {
    Path dir = Files.createDirectories(directory.resolve(name));
    RealSshd.keygen(dir.resolve("host_ed25519"), type, more);
    return RealSshd.start(dir);
  }

  private static RealSshd certified(String name, String principals, String validity)
      throws Exception {
    Path dir = Files.createDirectories(directory.resolve(name));
    RealSshd.keygen(dir.resolve("host_ed25519"), "ed25519");
    RealSshd.run(
        List.of(
            "ssh-keygen",
            "-q",
            "-s",
            directory.resolve("ca").toString(),
            "-h",
            "-I",
            name,
            "-n",
            principals,
            "-V",
            validity,
            dir.resolve("host_ed25519.pub").toString()));
    return RealSshd.start(dir, "HostCertificate " + dir.resolve("host_ed25519-cert.pub"));
  }

  @AfterAll
  static void stop() {
    for (RealSshd sshd : new RealSshd[] {ed25519, ecdsa, rsa, both, certified}) {
      if (sshd != null) {
        sshd.close();
      }
    }
  }

  private static Path known(String... lines) throws Exception {
    Path file = Files.createTempFile(directory, "known_hosts", "");
    Files.writeString(file, String.join("\n", lines) + "\n");
    return file;
  }

  private static Path config(RealSshd sshd, Path known, String... more) throws Exception {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add("UserKnownHostsFile " + known);
    return sshd.config(lines.toArray(String[]::new));
  }

  private static boolean sshTakes(Path config) throws Exception {
    Process ssh =
        new ProcessBuilder("ssh", "-F", config.toString(), "-o", "BatchMode=yes", "target", "true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return ssh.waitFor() == 0;
  }

  private static void assertTrusted(Path config) throws Exception {
    assertThat(sshTakes(config)).as("ssh").isTrue();
    assertThat(hello(config).exit()).isZero();
  }

  private static void assertRefused(Path config, String... words) throws Exception {
    assertThat(sshTakes(config)).as("ssh").isFalse();
    assertThatThrownBy(() -> hello(config))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void trustsKeysOfAllTypes() throws Exception {
    for (RealSshd sshd : List.of(ed25519, ecdsa, rsa)) {
      assertTrusted(config(sshd, known(sshd.knownHostsLine("host_ed25519"))));
    }
  }

  @Test
  void trustsHashedNames() throws Exception {
    Path known = known(ed25519.knownHostsLine("host_ed25519"));
    RealSshd.run(List.of("ssh-keygen", "-H", "-f", known.toString()));
    assertThat(Files.readString(known)).startsWith("|1|");
    assertTrusted(config(ed25519, known));
  }

  @Test
  void refusesAnUnknownHost() throws Exception {
    Path config = config(ed25519, known("# nothing"));
    assertRefused(config, "is not known", "SHA256:", "[127.0.0.1]:" + ed25519.port());
    assertThatThrownBy(() -> hello(config))
        .isInstanceOfSatisfying(
            HostUnreachableException.class,
            e -> assertThat(e.hint()).contains("ssh -F " + config + " target true"));
  }

  @Test
  void refusesAChangedKeyAndSaysHowToFixIt() throws Exception {
    String name = "[127.0.0.1]:" + ed25519.port();
    String foreign = Files.readString(directory.resolve("ca.pub")).strip();
    Path known = known("", name + " " + foreign);
    Path config = config(ed25519, known);
    assertRefused(config, "HAS CHANGED", known + ":2");
    assertThatThrownBy(() -> hello(config))
        .isInstanceOfSatisfying(
            HostUnreachableException.class,
            e -> {
              String forget = "ssh-keygen -R '" + name + "' -f " + known;
              assertThat(e.hint()).contains(forget);
            });
  }

  @Test
  void refusesARevokedKey() throws Exception {
    String key = ed25519.knownHostsLine("host_ed25519");
    assertRefused(config(ed25519, known(key, "@revoked " + key)), "is revoked");
  }

  @Test
  void trustsAHostThatIsKnownByAnotherOfItsKeys() throws Exception {
    for (String key : List.of("host_ed25519", "host_rsa", "host_ecdsa")) {
      Path known = known(both.knownHostsLine(key));
      assertTrusted(config(both, known));
      RealSshd.run(List.of("ssh-keygen", "-H", "-f", known.toString()));
      assertTrusted(config(both, known));
    }
  }

  @Test
  void refusesAHostKnownByAKeyItNoLongerHas() throws Exception {
    String name = "[127.0.0.1]:" + ed25519.port() + " ";
    Path other = directory.resolve("both/host_rsa.pub");
    assertRefused(config(ed25519, known(name + Files.readString(other).strip())), "HAS CHANGED");
  }

  @Test
  void looksUpTheHostUnderItsAlias() throws Exception {
    String key = Files.readString(directory.resolve("ed25519/host_ed25519.pub")).strip();
    assertTrusted(config(ed25519, known("web1 " + key), "HostKeyAlias web1"));
    assertRefused(config(ed25519, known("web1 " + key), "HostKeyAlias web2"), "is not known");
  }

  @Test
  void returnsTheVerdictWithoutLoggingIn() throws Exception {
    Path absent = directory.resolve("nowhere/known_hosts");
    Path unknown = config(ed25519, absent, "StrictHostKeyChecking accept-new", "User nobody");
    Path known = config(ed25519, known(ed25519.knownHostsLine("host_ed25519")), "User nobody");
    try (SshHostAgent first = HostCalls.agent(unknown, "");
        SshHostAgent second = HostCalls.agent(known, "")) {
      HostKeyReport report = first.hostKey(Host.named("target"));
      assertThat(report.trusted()).isFalse();
      assertThat(report.message()).contains("is not known");
      assertThat(absent).doesNotExist();
      assertThat(second.hostKey(Host.named("target")).trusted()).isTrue();
    }
  }

  @Test
  void recordsANewHostIfAllowed() throws Exception {
    Path known = directory.resolve("fresh/known_hosts");
    Path config = config(ed25519, known, "StrictHostKeyChecking accept-new");
    assertThat(hello(config).exit()).isZero();
    assertThat(Files.readString(known).strip())
        .isEqualTo(ed25519.knownHostsLine("host_ed25519").replaceFirst(" test$", ""));
    assertTrusted(config(ed25519, known));
  }

  @Test
  void trustsACertificateOfAKnownAuthority() throws Exception {
    String authority = Files.readString(directory.resolve("ca.pub")).strip();
    Path known = known("@cert-authority * " + authority);
    assertTrusted(config(certified, known));
    assertTrusted(config(certified, known, "HostKeyAlias target"));
    assertRefused(config(certified, known, "HostKeyAlias web2"), "certificate", "not for web2");
    assertRefused(config(certified, known("@cert-authority web* " + authority)), "is not known");
  }

  @Test
  void trustsTheKeyInsideACertificateOfAnUnknownAuthority() throws Exception {
    assertTrusted(config(certified, known(certified.knownHostsLine("host_ed25519"))));
  }

  @Test
  void refusesInvalidCertificates() throws Exception {
    String authority = Files.readString(directory.resolve("ca.pub")).strip();
    Path known = known("@cert-authority * " + authority);
    try (RealSshd old = certified("old", "127.0.0.1", "20200101:20200102");
        RealSshd early = certified("early", "127.0.0.1", "20900101:20900102")) {
      assertRefused(config(old, known), "expired");
      assertRefused(config(early, known), "not valid yet");
    }
    assertRefused(
        config(certified, known("@revoked * " + authority, "@cert-authority * " + authority)),
        "is revoked");
  }

  @Test
  void trustsCertificatesOfRsaAndEcdsaKeys() throws Exception {
    String authority = Files.readString(directory.resolve("ca.pub")).strip();
    for (String type : List.of("rsa", "ecdsa")) {
      Path dir = Files.createDirectories(directory.resolve("certified-" + type));
      RealSshd.keygen(dir.resolve("host_ed25519"), type);
      RealSshd.run(
          List.of(
              "ssh-keygen",
              "-q",
              "-s",
              directory.resolve("ca").toString(),
              "-h",
              "-I",
              type,
              dir.resolve("host_ed25519.pub").toString()));
      try (RealSshd sshd =
          RealSshd.start(dir, "HostCertificate " + dir.resolve("host_ed25519-cert.pub"))) {
        assertTrusted(config(sshd, known("@cert-authority * " + authority)));
      }
    }
  }
}
