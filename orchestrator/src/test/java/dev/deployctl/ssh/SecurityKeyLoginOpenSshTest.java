package dev.deployctl.ssh;

import static dev.deployctl.ssh.HostCalls.hello;
import static dev.deployctl.ssh.LoginFixture.assertLogsIn;
import static dev.deployctl.ssh.LoginFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.ssh.SecurityKeyAgent.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logins at a real sshd with keys on security tokens (types sk-...) in an agent. */
class SecurityKeyLoginOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginFixture fixture;
  private static int turn;

  private SecurityKeyAgent agent;

  @BeforeAll
  static void start() throws Exception {
    fixture = LoginFixture.start(directory);
  }

  @BeforeEach
  void plugIn() throws IOException {
    agent = agent(Owner.TOUCHES);
  }

  @AfterEach
  void unplug() throws IOException {
    agent.close();
  }

  private static SecurityKeyAgent agent(Owner owner) throws IOException {
    turn++;
    return SecurityKeyAgent.start(fixture.file("token" + turn + ".sock"), owner);
  }

  private static Path file(SoftwareSecurityKey key) throws IOException {
    turn++;
    return key.write(fixture.file("token_key" + turn));
  }

  private String useAgent() {
    return "IdentityAgent " + agent.socket();
  }

  /** Returns the result of ssh with the same configuration. */
  private static void assertSshLogsIn(Path config) throws Exception {
    RealSshd.run(List.of("ssh", "-F", config.toString(), "-o", "BatchMode=yes", "target", "true"));
  }

  @ParameterizedTest
  @EnumSource
  void logsInThroughTheAgent(SoftwareSecurityKey.Kind kind) throws Exception {
    SoftwareSecurityKey key = new SoftwareSecurityKey(kind);
    Path file = file(key);
    fixture.authorize(file);
    agent.add(key);
    Path config = fixture.config(useAgent(), "IdentityFile none");
    assertSshLogsIn(config);
    assertLogsIn(config);
    assertThat(agent.signatures()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void anIdentityFileSelectsAKeyOfTheAgent(SoftwareSecurityKey.Kind kind) throws Exception {
    SoftwareSecurityKey key = new SoftwareSecurityKey(kind);
    Path file = file(key);
    assertThat(RealSshd.run(List.of("ssh-keygen", "-y", "-f", file.toString())))
        .as("ssh-keygen reads the file as that of a token")
        .startsWith(Files.readString(Path.of(file + ".pub")).strip());
    fixture.authorize(file);
    agent.add(new SoftwareSecurityKey(kind));
    agent.add(key);
    Path config = fixture.config(useAgent(), "IdentityFile " + file, "IdentitiesOnly yes");
    assertSshLogsIn(config);
    assertLogsIn(config);
    LoginFixture.encrypt(file, "secret");
    assertThat(hello(LoginFixture.neverAsking(config)).exit()).isZero();
    Files.delete(file); // the public half says enough
    assertLogsIn(config);
  }

  @ParameterizedTest
  @EnumSource
  void reportsThatASecurityKeyNeedsTheAgent(SoftwareSecurityKey.Kind kind) throws Exception {
    Path file = file(new SoftwareSecurityKey(kind));
    fixture.authorize(file);
    String plainly = file + ": a key on a security token works only through the ssh-agent";
    Path alone = fixture.config("IdentityFile " + file);
    assertRefused(alone, "there is no key to log in with", plainly, "ssh-add " + file);
    Path wrong = fixture.key("beside" + turn, "ed25519");
    assertRefused(
        fixture.config("IdentityFile " + file, "IdentityFile " + wrong),
        "permission denied",
        plainly);
    LoginFixture.encrypt(file, "secret");
    assertThatThrownBy(() -> hello(LoginFixture.neverAsking(alone))).hasMessageContaining(plainly);
  }

  @ParameterizedTest
  @EnumSource
  void logsInWithACertificate(SoftwareSecurityKey.Kind kind) throws Exception {
    SoftwareSecurityKey key = new SoftwareSecurityKey(kind);
    Path file = file(key);
    fixture.certify(file, "+1h");
    Path certificate = Path.of(file + "-cert.pub");
    assertThat(certificate).content().startsWith("sk-").contains("-cert-v01@openssh.com ");
    agent.add(key);
    Path beside = fixture.config(useAgent(), "IdentityFile " + file, "IdentitiesOnly yes");
    assertSshLogsIn(beside);
    assertLogsIn(beside);
    Path moved = Files.move(certificate, fixture.file("moved" + turn));
    assertRefused(beside, "permission denied");
    Path named = fixture.config(useAgent(), "IdentityFile none", "CertificateFile " + moved);
    assertSshLogsIn(named);
    assertLogsIn(named);
  }

  @ParameterizedTest
  @EnumSource
  void logsInWithACertificateOfTheAgent(SoftwareSecurityKey.Kind kind) throws Exception {
    SoftwareSecurityKey key = new SoftwareSecurityKey(kind);
    Path file = file(key);
    fixture.certify(file, "+1h");
    String line = Files.readString(Path.of(file + "-cert.pub"));
    agent.addCertificate(Base64.getDecoder().decode(line.split(" ", 3)[1]), key);
    Path config = fixture.config(useAgent(), "IdentityFile none");
    assertSshLogsIn(config);
    assertLogsIn(config);
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedWhenNobodyTouchesTheKey(SoftwareSecurityKey.Kind kind) throws Exception {
    SoftwareSecurityKey key = new SoftwareSecurityKey(kind);
    fixture.authorize(file(key));
    try (SecurityKeyAgent absent = agent(Owner.ABSENT);
        SecurityKeyAgent refusing = agent(Owner.REFUSES)) {
      absent.add(key);
      refusing.add(key);
      assertRefused(
          fixture.config("IdentityAgent " + absent.socket(), "IdentityFile none"),
          "permission denied",
          "tried agent: token");
      assertThatThrownBy(
              () ->
                  hello(fixture.config("IdentityAgent " + refusing.socket(), "IdentityFile none")))
          .isInstanceOf(HostUnreachableException.class)
          .hasMessageContainingAll("the ssh-agent refuses to sign with sk-", "was it touched?");
    }
  }
}
