package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.HELLO;
import static dev.deployctl.ssh.HostCalls.hello;
import static dev.deployctl.ssh.LoginFixture.assertRefused;
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

/** Key files with a passphrase, which is asked for once and only if needed. */
class PassphraseOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = LoginFixture.start(directory);
  }

  @Test
  void asksForAPassphraseOnce() throws Exception {
    List<Path> keys =
        List.of(
            fixture.key("secret_ed25519", "ed25519"),
            fixture.key("secret_rsa", "rsa"),
            fixture.key("secret_ecdsa", "ecdsa"),
            fixture.key("secret_pem", "rsa", "-m", "PEM"),
            fixture.key("secret_pkcs8", "rsa", "-m", "PKCS8"));
    for (Path key : keys) {
      fixture.authorize(key);
      String name = key.getFileName().toString();
      String form = name.endsWith("_pem") ? "PEM" : name.endsWith("_pkcs8") ? "PKCS8" : "RFC4716";
      LoginFixture.encrypt(key, "open sesame", "-m", form);
      AtomicInteger asked = new AtomicInteger();
      ConnectionSettings settings =
          HostCalls.settings(fixture.config("IdentityFile " + key), HELLO)
              .withPassphrases(
                  file -> {
                    assertThat(file).isEqualTo(key);
                    asked.incrementAndGet();
                    return "open sesame".toCharArray();
                  });
      try (SshHostAgent agent = new SshHostAgent(settings, new dev.deployctl.event.EventReader())) {
        assertThat(HostCalls.call(agent, "one").exit()).as(name).isZero();
        assertThat(HostCalls.call(agent, "two").exit()).as(name).isZero();
      }
      assertThat(asked).as(name).hasValue(1);
    }
  }

  @Test
  void asksForNoPassphraseOfAKeyThatTheHostRefuses() throws Exception {
    Path foreign = fixture.key("foreign_secret", "ed25519");
    LoginFixture.encrypt(foreign, "secret");
    Path good = fixture.key("good_second", "ed25519");
    fixture.authorize(good);
    ConnectionSettings settings =
        LoginFixture.neverAsking(fixture.config("IdentityFile " + foreign, "IdentityFile " + good));
    assertThat(hello(settings).exit()).isZero();
  }

  @Test
  void reportsAMissingOrWrongPassphrase() throws Exception {
    Path key = fixture.key("locked", "ed25519");
    fixture.authorize(key);
    LoginFixture.encrypt(key, "secret");
    assertRefused(fixture.config("IdentityFile " + key), "permission denied", "needs a passphrase");
    ConnectionSettings wrong =
        HostCalls.settings(fixture.config("IdentityFile " + key), HELLO)
            .withPassphrases(file -> "wrong".toCharArray());
    assertThatThrownBy(() -> hello(wrong)).hasMessageContaining("the passphrase is wrong");
  }

  @Test
  void neverAsksInBatchMode() throws Exception {
    Path key = fixture.key("batch", "ed25519");
    fixture.authorize(key);
    LoginFixture.encrypt(key, "secret");
    ConnectionSettings settings =
        LoginFixture.neverAsking(fixture.config("IdentityFile " + key, "BatchMode yes"));
    assertThatThrownBy(() -> hello(settings)).hasMessageContaining("BatchMode is set");
  }
}
