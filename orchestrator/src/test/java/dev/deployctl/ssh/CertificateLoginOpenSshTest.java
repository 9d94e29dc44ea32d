package dev.deployctl.ssh;

import static dev.deployctl.ssh.LoginFixture.assertLogsIn;
import static dev.deployctl.ssh.LoginFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.ssh.connect.ConnectionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins with user certificates of files and of the agent. */
class CertificateLoginOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = LoginFixture.start(directory);
  }

  @Test
  void logsInWithUserCertificates() throws Exception {
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      Path key = fixture.key("certified_" + type, type);
      fixture.certify(key, "+1h");
      assertLogsIn(fixture.config("IdentityFile " + key));
      if (!type.equals("ed25519")) {
        continue;
      }
      Path certificate = Path.of(key + "-cert.pub");
      Path moved = fixture.file("moved_" + type);
      Files.move(certificate, moved);
      assertRefused(fixture.config("IdentityFile " + key), "permission denied");
      assertLogsIn(fixture.config("IdentityFile " + key, "CertificateFile " + moved));
      Path dir = Files.createTempDirectory(fixture.directory(), "agent");
      try (RealAgent agent = RealAgent.start(dir)) {
        agent.add(key);
        assertLogsIn(
            fixture.config(
                "IdentityAgent " + agent.socket(),
                "IdentityFile none",
                "CertificateFile " + moved));
      }
    }
  }

  @Test
  void logsInWithUserCertificatesOfTheAgent() throws Exception {
    Path dir = Files.createTempDirectory(fixture.directory(), "agent");
    Path key = fixture.key("certified_in_agent", "rsa");
    fixture.certify(key, "+1h");
    try (RealAgent agent = RealAgent.start(dir)) {
      agent.add(key);
      assertLogsIn(fixture.config("IdentityAgent " + agent.socket(), "IdentityFile none"));
    }
  }

  @Test
  void isRefusedWithAnExpiredCertificate() throws Exception {
    Path key = fixture.key("expired", "ed25519");
    fixture.certify(key, "20200101:20200102");
    assertRefused(fixture.config("IdentityFile " + key), "permission denied", "expired-cert.pub");
  }

  @Test
  void signsForACertificateWithTheAgentsKeyWithoutAPassphrase() throws Exception {
    Path dir = Files.createTempDirectory(fixture.directory(), "agent");
    Path key = fixture.key("certified_secret", "ed25519");
    try (RealAgent agent = RealAgent.start(dir)) {
      agent.add(key);
      fixture.certify(key, "+1h");
      LoginFixture.encrypt(key, "secret");
      Path config = fixture.config("IdentityAgent " + agent.socket(), "IdentityFile " + key);
      ConnectionSettings settings = LoginFixture.neverAsking(config);
      assertThat(HostCalls.hello(settings).exit()).isZero();
    }
  }
}
