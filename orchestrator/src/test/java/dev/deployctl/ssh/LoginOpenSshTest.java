package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.HELLO;
import static dev.deployctl.ssh.HostCalls.hello;
import static dev.deployctl.ssh.LoginFixture.assertLogsIn;
import static dev.deployctl.ssh.LoginFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.ssh.connect.ConnectionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key files of all kinds in the order of ssh, and failed logins. */
class LoginOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = LoginFixture.start(directory);
  }

  @Test
  void logsInWithKeyFilesOfAllTypes() throws Exception {
    List<Path> keys =
        List.of(
            fixture.key("file_ed25519", "ed25519"),
            fixture.key("file_ecdsa256", "ecdsa", "-b", "256"),
            fixture.key("file_ecdsa384", "ecdsa", "-b", "384"),
            fixture.key("file_ecdsa521", "ecdsa", "-b", "521"),
            fixture.key("file_rsa", "rsa"));
    for (Path key : keys) {
      fixture.authorize(key);
      assertLogsIn(fixture.config("IdentityFile " + key));
    }
  }

  @Test
  void logsInWithKeysInOldFormats() throws Exception {
    List<Path> keys =
        List.of(
            fixture.key("pem_rsa", "rsa", "-m", "PEM"),
            fixture.key("pem_ecdsa", "ecdsa", "-m", "PEM"),
            fixture.key("pkcs8_rsa", "rsa", "-m", "PKCS8"),
            fixture.key("pkcs8_ecdsa", "ecdsa", "-m", "PKCS8"));
    for (Path key : keys) {
      fixture.authorize(key);
      Files.delete(Path.of(key + ".pub"));
      assertLogsIn(fixture.config("IdentityFile " + key));
    }
  }

  @Test
  void doesNotUseAKeyThatOthersCanRead() throws Exception {
    Path key = fixture.key("open", "ed25519");
    fixture.authorize(key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(fixture.config("IdentityFile " + key), "others can read it");
  }

  @Test
  void triesOneKeyAfterAnother() throws Exception {
    Path last = fixture.key("last", "ed25519");
    fixture.authorize(last);
    assertLogsIn(
        fixture.config(
            "IdentityFile " + fixture.key("wrong1", "ed25519"),
            "IdentityFile " + fixture.file("absent"),
            "IdentityFile " + fixture.key("wrong2", "ecdsa"),
            "IdentityFile " + last));
  }

  @Test
  void reportsTheRefusedKeys() throws Exception {
    Path wrong = fixture.key("refused", "ed25519");
    Path absent = fixture.file("absent");
    Path config = fixture.config("IdentityFile " + wrong, "IdentityFile " + absent);
    assertRefused(config, "permission denied", "refused", absent + ": there is no such file");
    assertThatThrownBy(() -> hello(config))
        .isInstanceOfSatisfying(
            HostUnreachableException.class,
            e -> assertThat(e.hint()).contains("authorized_keys", "ssh -F " + config));
  }

  @Test
  void reportsTooManyKeys() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      lines.add("IdentityFile " + fixture.key("enough" + i, "ed25519"));
    }
    try (RealSshd strict = RealSshd.start(fixture.file("strict"), "MaxAuthTries 2")) {
      Path config = strict.config(lines.toArray(String[]::new));
      Files.writeString(config, Files.readString(config).replaceFirst(".*user_key\\n", ""));
      assertThatThrownBy(() -> hello(config))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContaining("too many keys");
    }
  }

  @Test
  void reportsThatThereIsNoKey() throws Exception {
    assertRefused(
        fixture.config("IdentityFile " + fixture.file("absent")), "there is no key to log in with");
    assertRefused(fixture.config("PubkeyAuthentication no"), "ssh_config disables public keys");
  }

  @Test
  void triesAnIdentityOfTheOptionsBeforeOthers() throws Exception {
    Path given = fixture.key("given", "ed25519");
    fixture.authorize(given);
    ConnectionSettings settings =
        HostCalls.settings(fixture.config("IdentityFile " + fixture.file("absent")), HELLO)
            .withOptions(List.of("IdentityFile=" + given));
    assertThat(hello(settings).exit()).isZero();
  }

  @Test
  void reportsFurtherMethodsThatTheHostRequires() throws Exception {
    Path dir = fixture.file("twofactor");
    try (RealSshd strict =
        RealSshd.start(
            dir, "AuthenticationMethods publickey,password", "PasswordAuthentication yes")) {
      assertThatThrownBy(() -> hello(strict.config()))
          .hasMessageContaining("the key was accepted, but the host requires more: password");
    }
  }
}
