package dev.deployctl.ssh;

import static dev.deployctl.ssh.LoginBed.assertRefused;
import static dev.deployctl.ssh.OpenSshWorld.HELLO;
import static dev.deployctl.ssh.OpenSshWorld.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.ssh.connect.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key files behind a passphrase: asked for once, and only where it is of use. */
class PassphraseOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginBed bed;

  @BeforeAll
  static void start() throws Exception {
    bed = LoginBed.start(directory);
  }

  @Test
  void asksForAPassphraseOnce() throws Exception {
    List<Path> keys =
        List.of(
            bed.key("secret_ed25519", "ed25519"),
            bed.key("secret_rsa", "rsa"),
            bed.key("secret_ecdsa", "ecdsa"),
            bed.key("secret_pem", "rsa", "-m", "PEM"),
            bed.key("secret_pkcs8", "rsa", "-m", "PKCS8"));
    for (Path key : keys) {
      bed.authorize(key);
      String name = key.getFileName().toString();
      String form = name.endsWith("_pem") ? "PEM" : name.endsWith("_pkcs8") ? "PKCS8" : "RFC4716";
      LoginBed.encrypt(key, "open sesame", "-m", form);
      AtomicInteger asked = new AtomicInteger();
      ConnectionSettings settings =
          OpenSshWorld.settings(bed.config("IdentityFile " + key), HELLO)
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
    Path foreign = bed.key("foreign_secret", "ed25519");
    LoginBed.encrypt(foreign, "secret");
    Path good = bed.key("good_second", "ed25519");
    bed.authorize(good);
    ConnectionSettings settings =
        LoginBed.neverAsking(bed.config("IdentityFile " + foreign, "IdentityFile " + good));
    assertThat(hello(settings).exit()).isZero();
  }

  @Test
  void saysWhatIsWrongWithAKeyThatNeedsAPassphrase() throws Exception {
    Path key = bed.key("locked", "ed25519");
    bed.authorize(key);
    LoginBed.encrypt(key, "secret");
    assertRefused(bed.config("IdentityFile " + key), "permission denied", "needs a passphrase");
    ConnectionSettings wrong =
        OpenSshWorld.settings(bed.config("IdentityFile " + key), HELLO)
            .withPassphrases(file -> "wrong".toCharArray());
    assertThatThrownBy(() -> hello(wrong)).hasMessageContaining("the passphrase is wrong");
  }

  @Test
  void neverAsksInBatchMode() throws Exception {
    Path key = bed.key("batch", "ed25519");
    bed.authorize(key);
    LoginBed.encrypt(key, "secret");
    ConnectionSettings settings = LoginBed.neverAsking(bed.config("IdentityFile " + key, "BatchMode yes"));
    assertThatThrownBy(() -> hello(settings)).hasMessageContaining("BatchMode is set");
  }
}
