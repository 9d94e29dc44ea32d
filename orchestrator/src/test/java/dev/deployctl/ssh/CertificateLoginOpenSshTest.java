package dev.deployctl.ssh;

import static dev.deployctl.ssh.LoginBed.assertLogsIn;
import static dev.deployctl.ssh.LoginBed.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.ssh.connect.ConnectionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users' certificates, from files and from the agent. */
class CertificateLoginOpenSshTest {
  @TempDir static Path directory;
  @AutoClose private static LoginBed bed;

  @BeforeAll
  static void start() throws Exception {
    bed = LoginBed.start(directory);
  }

  @Test
  void takesUserCertificates() throws Exception {
    for (String type : List.of("ed25519", "ecdsa", "rsa")) {
      Path key = bed.key("certified_" + type, type);
      bed.certify(key, "+1h");
      assertLogsIn(bed.config("IdentityFile " + key));
      if (!type.equals("ed25519")) {
        continue;
      }
      Path certificate = Path.of(key + "-cert.pub");
      Path moved = bed.file("moved_" + type);
      Files.move(certificate, moved);
      assertRefused(bed.config("IdentityFile " + key), "permission denied");
      assertLogsIn(bed.config("IdentityFile " + key, "CertificateFile " + moved));
      Path dir = Files.createTempDirectory(bed.directory(), "agent");
      try (RealAgent agent = RealAgent.start(dir)) {
        agent.add(key);
        assertLogsIn(
            bed.config(
                "IdentityAgent " + agent.socket(),
                "IdentityFile none",
                "CertificateFile " + moved));
      }
    }
  }

  @Test
  void takesUserCertificatesOfTheAgent() throws Exception {
    Path dir = Files.createTempDirectory(bed.directory(), "agent");
    Path key = bed.key("certified_in_agent", "rsa");
    bed.certify(key, "+1h");
    try (RealAgent agent = RealAgent.start(dir)) {
      agent.add(key);
      assertLogsIn(bed.config("IdentityAgent " + agent.socket(), "IdentityFile none"));
    }
  }

  @Test
  void isRefusedWithAnExpiredCertificate() throws Exception {
    Path key = bed.key("expired", "ed25519");
    bed.certify(key, "20200101:20200102");
    assertRefused(bed.config("IdentityFile " + key), "permission denied", "expired-cert.pub");
  }

  @Test
  void signsForACertificateWithTheAgentsKeyAndAsksForNoPassphrase() throws Exception {
    Path dir = Files.createTempDirectory(bed.directory(), "agent");
    Path key = bed.key("certified_secret", "ed25519");
    try (RealAgent agent = RealAgent.start(dir)) {
      agent.add(key);
      bed.certify(key, "+1h");
      LoginBed.encrypt(key, "secret");
      Path config = bed.config("IdentityAgent " + agent.socket(), "IdentityFile " + key);
      ConnectionSettings settings = LoginBed.neverAsking(config);
      assertThat(OpenSshWorld.hello(settings).exit()).isZero();
    }
  }
}
