package dev.deployctl.ssh;

import static dev.deployctl.ssh.OpenSshWorld.HELLO;
import static dev.deployctl.ssh.OpenSshWorld.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.rollout.HostUnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to log in that ssh has and deployctl shares. */
class LoginOpenSshTest {
  @TempDir static Path directory;
  private static RealSshd sshd;

  @BeforeAll
  static void start() throws Exception {
    RealOpenSsh.required();
    RealSshd.keygen(directory.resolve("user_ca"), "ed25519");
    sshd =
        RealSshd.start(
            directory.resolve("sshd"),
            "TrustedUserCAKeys " + directory.resolve("user_ca.pub"),
            "MaxAuthTries 20");
  }

  @AfterAll
  static void stop() {
    if (sshd != null) {
      sshd.close();
    }
  }

  private static Path key(String name, String type, String... more) throws Exception {
    Path file = directory.resolve(name);
    List<String> options = new ArrayList<>(List.of(more));
    if (type.equals("rsa")) {
      options.addAll(List.of("-b", "2048")); // longer ones take long to make
    }
    RealSshd.keygen(file, type, options.toArray(String[]::new));
    return file;
  }

  private static void authorize(Path key) throws IOException {
    Files.writeString(
        directory.resolve("sshd/authorized_keys"),
        Files.readString(Path.of(key + ".pub")),
        StandardOpenOption.APPEND);
  }

  /** A configuration of its own: the server's gives its user_key to every host. */
  private static Path config(String... lines) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("HostName 127.0.0.1", "Port " + sshd.port(), "GlobalKnownHostsFile none"));
    Path known = directory.resolve("known_hosts");
    Files.writeString(known, sshd.knownHostsLine("host_ed25519") + "\n");
    all.add("UserKnownHostsFile " + known);
    all.addAll(List.of(lines));
    all.add("IdentityAgent none");
    Path file = Files.createTempFile(directory, "ssh_config", "");
    Files.write(file, all);
    return file;
  }

  private static void encrypt(Path key, String passphrase, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("ssh-keygen", "-q", "-p", "-P", "", "-N", passphrase, "-f", key.toString()));
    command.addAll(List.of(more));
    RealSshd.run(command);
  }

  private static void assertLogsIn(Path config) throws Exception {
    assertThat(hello(config).exit()).isZero();
  }

  private static void assertRefused(Path config, String... words) {
    assertThatThrownBy(() -> hello(config))
        .isInstanceOf(HostUnreachableException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void takesKeyFilesOfAllTypes() throws Exception {
    List<Path> keys =
        List.of(
            key("file_ed25519", "ed25519"),
            key("file_ecdsa256", "ecdsa", "-b", "256"),
            key("file_ecdsa384", "ecdsa", "-b", "384"),
            key("file_ecdsa521", "ecdsa", "-b", "521"),
            key("file_rsa", "rsa"));
    for (Path key : keys) {
      authorize(key);
      assertLogsIn(config("IdentityFile " + key));
    }
  }

  @Test
  void takesKeysInTheOldForms() throws Exception {
    List<Path> keys =
        List.of(
            key("pem_rsa", "rsa", "-m", "PEM"),
            key("pem_ecdsa", "ecdsa", "-m", "PEM"),
            key("pkcs8_rsa", "rsa", "-m", "PKCS8"),
            key("pkcs8_ecdsa", "ecdsa", "-m", "PKCS8"));
    for (Path key : keys) {
      authorize(key);
      Files.delete(Path.of(key + ".pub"));
      assertLogsIn(config("IdentityFile " + key));
    }
  }

  @Test
  void asksForAPassphraseOnce() throws Exception {
    List<Path> keys =
        List.of(
            key("secret_ed25519", "ed25519"),
            key("secret_rsa", "rsa"),
            key("secret_ecdsa", "ecdsa"),
            key("secret_pem", "rsa", "-m", "PEM"),
            key("secret_pkcs8", "rsa", "-m", "PKCS8"));
    for (Path key : keys) {
      authorize(key);
      String name = key.getFileName().toString();
      String form = name.endsWith("_pem") ? "PEM" : name.endsWith("_pkcs8") ? "PKCS8" : "RFC4716";
      encrypt(key, "open sesame", "-m", form);
      AtomicInteger asked = new AtomicInteger();
      SshSettings settings =
          OpenSshWorld.settings(config("IdentityFile " + key), HELLO)
              .withPassphrases(
                  file -> {
                    assertThat(file).isEqualTo(key);
                    asked.incrementAndGet();
                    return "open sesame".toCharArray();
                  });
      try (SshHostAgent agent = new SshHostAgent(settings, new dev.deployctl.event.EventReader())) {
        assertThat(OpenSshWorld.call(agent, "one").exit()).as(name).isZero();
        assertThat(OpenSshWorld.call(agent, "two").exit()).as(name).isZero();
      }
      assertThat(asked).as(name).hasValue(1);
    }
  }

  @Test
  void doesNotAskForAPassphraseThatTheHostHasNoUseFor() throws Exception {
    Path foreign = key("foreign_secret", "ed25519");
    encrypt(foreign, "secret");
    Path good = key("good_second", "ed25519");
    authorize(good);
    SshSettings settings =
        OpenSshWorld.settings(config("IdentityFile " + foreign, "IdentityFile " + good), HELLO)
            .withPassphrases(
                file -> {
                  throw new AssertionError("asked for " + file);
                });
    assertThat(hello(settings).exit()).isZero();
  }

  @Test
  void saysWhatIsWrongWithAKeyThatNeedsAPassphrase() throws Exception {
    Path key = key("locked", "ed25519");
    authorize(key);
    encrypt(key, "secret");
    assertRefused(config("IdentityFile " + key), "permission denied", "needs a passphrase");
    SshSettings wrong =
        OpenSshWorld.settings(config("IdentityFile " + key), HELLO)
            .withPassphrases(file -> "wrong".toCharArray());
    assertThatThrownBy(() -> hello(wrong)).hasMessageContaining("the passphrase is not right");
  }

  @Test
  void neverAsksInBatchMode() throws Exception {
    Path key = key("batch", "ed25519");
    authorize(key);
    encrypt(key, "secret");
    SshSettings settings =
        OpenSshWorld.settings(config("IdentityFile " + key, "BatchMode yes"), HELLO)
            .withPassphrases(
                file -> {
                  throw new AssertionError("asked for " + file);
                });
    assertThatThrownBy(() -> hello(settings)).hasMessageContaining("BatchMode forbids");
  }

  @Test
  void doesNotUseAKeyThatOthersMayHaveRead() throws Exception {
    Path key = key("open", "ed25519");
    authorize(key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(config("IdentityFile " + key), "others may read it");
  }

  @Test
  void triesOneKeyAfterTheOther() throws Exception {
    Path last = key("last", "ed25519");
    authorize(last);
    assertLogsIn(
        config(
            "IdentityFile " + key("wrong1", "ed25519"),
            "IdentityFile " + directory.resolve("absent"),
            "IdentityFile " + key("wrong2", "ecdsa"),
            "IdentityFile " + last));
  }

  @Test
  void saysWhatItTriedWhenAllKeysAreRefused() throws Exception {
    Path wrong = key("refused", "ed25519");
    Path absent = directory.resolve("absent");
    Path config = config("IdentityFile " + wrong, "IdentityFile " + absent);
    assertRefused(config, "permission denied", "refused", absent + ": there is no such file");
    assertThatThrownBy(() -> hello(config))
        .isInstanceOfSatisfying(
            HostUnreachableException.class,
            e -> assertThat(e.hint()).contains("authorized_keys", "ssh -F " + config));
  }

  @Test
  void saysThatTheHostHadEnough() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      lines.add("IdentityFile " + key("enough" + i, "ed25519"));
    }
    try (RealSshd strict = RealSshd.start(directory.resolve("strict"), "MaxAuthTries 2")) {
      Path config = strict.config(lines.toArray(String[]::new));
      Files.writeString(config, Files.readString(config).replaceFirst(".*user_key\\n", ""));
      assertThatThrownBy(() -> hello(config))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("too many keys");
    }
  }

  @Test
  void saysThatThereIsNoKey() throws Exception {
    assertRefused(
        config("IdentityFile " + directory.resolve("absent")), "there is no key to log in with");
    assertRefused(config("PubkeyAuthentication no"), "does not let keys be used");
  }

  @Test
  void takesAnIdentityThatWasGivenBeforeAllOthers() throws Exception {
    Path given = key("given", "ed25519");
    authorize(given);
    SshSettings settings =
        OpenSshWorld.settings(config("IdentityFile " + directory.resolve("absent")), HELLO)
            .withIdentities(List.of(given));
    assertThat(hello(settings).exit()).isZero();
  }

  @Test
  void takesKeysOfTheAgent() throws Exception {
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      Path dir = Files.createTempDirectory(directory, "agent");
      try (RealAgent agent = RealAgent.start(dir)) {
        Path wrong = key("agent_wrong_" + type, "ed25519");
        Path key = key("agent_" + type, type);
        authorize(key);
        agent.add(wrong);
        agent.add(key);
        assertLogsIn(config("IdentityAgent " + agent.socket(), "IdentityFile none"));
        // With IdentitiesOnly the public half picks the key out of those the agent holds.
        Files.delete(key);
        Path config =
            config("IdentityAgent " + agent.socket(), "IdentityFile " + key, "IdentitiesOnly yes");
        assertLogsIn(config);
        Path none =
            config(
                "IdentityAgent " + agent.socket(),
                "IdentityFile " + directory.resolve("absent"),
                "IdentitiesOnly yes");
        assertRefused(none, "there is no key");
      }
    }
  }

  @Test
  void saysThatTheAgentDoesNotAnswer() throws Exception {
    Path socket = directory.resolve("nobody.sock");
    assertRefused(
        config("IdentityAgent " + socket, "IdentityFile none"), "the ssh-agent at " + socket);
  }

  @Test
  void takesUserCertificates() throws Exception {
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      Path key = key("certified_" + type, type);
      certify(key, "+1h");
      assertLogsIn(config("IdentityFile " + key));
      if (!type.equals("ed25519")) {
        continue;
      }
      Path certificate = Path.of(key + "-cert.pub");
      Path moved = directory.resolve("moved_" + type);
      Files.move(certificate, moved);
      assertRefused(config("IdentityFile " + key), "permission denied");
      assertLogsIn(config("IdentityFile " + key, "CertificateFile " + moved));
      Path dir = Files.createTempDirectory(directory, "agent");
      try (RealAgent agent = RealAgent.start(dir)) {
        agent.add(key);
        assertLogsIn(
            config(
                "IdentityAgent " + agent.socket(),
                "IdentityFile none",
                "CertificateFile " + moved));
      }
    }
  }

  @Test
  void takesUserCertificatesOfTheAgent() throws Exception {
    Path dir = Files.createTempDirectory(directory, "agent");
    Path key = key("certified_in_agent", "rsa");
    certify(key, "+1h");
    try (RealAgent agent = RealAgent.start(dir)) {
      agent.add(key);
      assertLogsIn(config("IdentityAgent " + agent.socket(), "IdentityFile none"));
    }
  }

  @Test
  void isRefusedWithAnExpiredCertificate() throws Exception {
    Path key = key("expired", "ed25519");
    certify(key, "20200101:20200102");
    assertRefused(config("IdentityFile " + key), "permission denied", "expired-cert.pub");
  }

  @Test
  void saysWhatElseTheHostWants() throws Exception {
    Path dir = directory.resolve("twofactor");
    try (RealSshd strict =
        RealSshd.start(
            dir, "AuthenticationMethods publickey,password", "PasswordAuthentication yes")) {
      assertThatThrownBy(() -> hello(strict.config()))
          .hasMessageContaining("the key was right, but the host wants more: password");
    }
  }

  private static void certify(Path key, String validity) throws Exception {
    RealSshd.run(
        List.of(
            "ssh-keygen",
            "-q",
            "-s",
            directory.resolve("user_ca").toString(),
            "-I",
            "test",
            "-n",
            System.getProperty("user.name"),
            "-V",
            validity,
            key + ".pub"));
  }
}
