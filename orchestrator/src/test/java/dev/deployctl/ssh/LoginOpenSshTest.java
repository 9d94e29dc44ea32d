package dev.deployctl.ssh;

import static dev.deployctl.ssh.LoginBed.assertLogsIn;
import static dev.deployctl.ssh.LoginBed.assertRefused;
import static dev.deployctl.ssh.OpenSshWorld.HELLO;
import static dev.deployctl.ssh.OpenSshWorld.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.ssh.connect.ConnectionSettings;
import dev.deployctl.fleet.HostUnreachableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key files of all kinds, in ssh's order, and what is said when none of them is the right one. */
class LoginOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginBed bed;

  @BeforeAll
  static void start() throws Exception {
    bed = LoginBed.start(directory);
  }

  @Test
  void takesKeyFilesOfAllTypes() throws Exception {
    List<Path> keys =
        List.of(
            bed.key("file_ed25519", "ed25519"),
            bed.key("file_ecdsa256", "ecdsa", "-b", "256"),
            bed.key("file_ecdsa384", "ecdsa", "-b", "384"),
            bed.key("file_ecdsa521", "ecdsa", "-b", "521"),
            bed.key("file_rsa", "rsa"));
    for (Path key : keys) {
      bed.authorize(key);
      assertLogsIn(bed.config("IdentityFile " + key));
    }
  }

  @Test
  void takesKeysInTheOldForms() throws Exception {
    List<Path> keys =
        List.of(
            bed.key("pem_rsa", "rsa", "-m", "PEM"),
            bed.key("pem_ecdsa", "ecdsa", "-m", "PEM"),
            bed.key("pkcs8_rsa", "rsa", "-m", "PKCS8"),
            bed.key("pkcs8_ecdsa", "ecdsa", "-m", "PKCS8"));
    for (Path key : keys) {
      bed.authorize(key);
      Files.delete(Path.of(key + ".pub"));
      assertLogsIn(bed.config("IdentityFile " + key));
    }
  }

  @Test
  void doesNotUseAKeyThatOthersMayHaveRead() throws Exception {
    Path key = bed.key("open", "ed25519");
    bed.authorize(key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(bed.config("IdentityFile " + key), "others can read it");
  }

  @Test
  void triesOneKeyAfterTheOther() throws Exception {
    Path last = bed.key("last", "ed25519");
    bed.authorize(last);
    assertLogsIn(
        bed.config(
            "IdentityFile " + bed.key("wrong1", "ed25519"),
            "IdentityFile " + bed.file("absent"),
            "IdentityFile " + bed.key("wrong2", "ecdsa"),
            "IdentityFile " + last));
  }

  @Test
  void saysWhatItTriedWhenAllKeysAreRefused() throws Exception {
    Path wrong = bed.key("refused", "ed25519");
    Path absent = bed.file("absent");
    Path config = bed.config("IdentityFile " + wrong, "IdentityFile " + absent);
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
      lines.add("IdentityFile " + bed.key("enough" + i, "ed25519"));
    }
    try (RealSshd strict = RealSshd.start(bed.file("strict"), "MaxAuthTries 2")) {
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
        bed.config("IdentityFile " + bed.file("absent")), "there is no key to log in with");
    assertRefused(bed.config("PubkeyAuthentication no"), "ssh_config disables public keys");
  }

  @Test
  void takesAnIdentityThatWasGivenBeforeAllOthers() throws Exception {
    Path given = bed.key("given", "ed25519");
    bed.authorize(given);
    ConnectionSettings settings =
        OpenSshWorld.settings(bed.config("IdentityFile " + bed.file("absent")), HELLO)
            .withOptions(List.of("IdentityFile=" + given));
    assertThat(hello(settings).exit()).isZero();
  }

  @Test
  void saysWhatElseTheHostWants() throws Exception {
    Path dir = bed.file("twofactor");
    try (RealSshd strict =
        RealSshd.start(
            dir, "AuthenticationMethods publickey,password", "PasswordAuthentication yes")) {
      assertThatThrownBy(() -> hello(strict.config()))
          .hasMessageContaining("the key was accepted, but the host requires more: password");
    }
  }
}
