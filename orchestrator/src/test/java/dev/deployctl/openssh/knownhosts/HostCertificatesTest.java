package dev.deployctl.openssh.knownhosts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.openssh.config.HostNames;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.openssh.keys.TestKey;
import dev.deployctl.openssh.keys.TestKey.Claims;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Host certificates and the authorities that known_hosts trusts. */
class HostCertificatesTest extends KnownHostsFixture {
  @Test
  void trustsACertificateOfAKnownAuthority() throws IOException {
    KnownHosts known = known("@cert-authority " + line("web*", AUTHORITY));
    SshPublicKey good = AUTHORITY.certify(KEY.key(), Claims.forHost("web1"));
    assertThat(judge(known, WEB1, good).trusted()).isTrue();
    assertThat(judge(known, HostNames.of("db1", 22), good))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
    SshPublicKey any = AUTHORITY.certify(KEY.key(), Claims.forHost());
    assertThat(judge(known, WEB1, any).trusted()).isTrue();
    assertThat(judge(known, WEB1, KEY.key())).isInstanceOf(HostKeyVerdict.Unknown.class);
  }

  @Test
  void checksTheCertificateOfAHostOnAnotherPortAgainstItsName() throws IOException {
    KnownHosts known = known("@cert-authority " + line("[web1]:2222", AUTHORITY));
    SshPublicKey good = AUTHORITY.certify(KEY.key(), Claims.forHost("web1"));
    assertThat(judge(known, HostNames.of("web1", 2222), good).trusted()).isTrue();
  }

  @Test
  void refusesInvalidCertificates() throws IOException {
    KnownHosts known = known("@cert-authority " + line("*", AUTHORITY));
    Instant now = Instant.now();
    Instant hourAgo = now.minusSeconds(3600);
    Instant inAnHour = now.plusSeconds(3600);
    List<Claims> wrong =
        List.of(
            Claims.forHost("web2"),
            Claims.forHost("web*"),
            new Claims(1, List.of("web1"), hourAgo, inAnHour, ""),
            new Claims(2, List.of("web1"), hourAgo, now.minusSeconds(1), ""),
            new Claims(2, List.of("web1"), inAnHour, inAnHour.plusSeconds(1), ""),
            new Claims(2, List.of("web1"), hourAgo, inAnHour, "strange"));
    for (Claims claims : wrong) {
      HostKeyVerdict verdict = judge(known, WEB1, AUTHORITY.certify(KEY.key(), claims));
      assertThat(verdict).as(claims.toString()).isInstanceOf(HostKeyVerdict.BadCertificate.class);
      assertThat(HostKeyText.message(verdict, WEB1, KEY.key())).contains("is not valid");
    }
  }

  @Test
  void fallsBackToThePlainKeyOfABadCertificate() throws IOException {
    KnownHosts known = known("@cert-authority " + line("*", AUTHORITY), line("web1", KEY));
    SshPublicKey wrong = AUTHORITY.certify(KEY.key(), Claims.forHost("web2"));
    assertThat(judge(known, WEB1, wrong).trusted()).isTrue();
    SshPublicKey foreign = OTHER.certify(KEY.key(), Claims.forHost("web1"));
    assertThat(judge(known, WEB1, foreign).trusted()).isTrue();
  }

  @Test
  void trustsACertificateBesideAStalePlainKey() throws IOException {
    SshPublicKey good = AUTHORITY.certify(KEY.key(), Claims.forHost("web1"));
    for (String stale : List.of("web1", "[web1]:2222", "*")) {
      for (String authority : List.of("web1", "[web1]:2222", "*")) {
        KnownHosts known =
            known(line(stale, OTHER), "@cert-authority " + line(authority, AUTHORITY));
        assertThat(judge(known, HostNames.of("web1", 2222), good).trusted())
            .as(stale + " beside " + authority)
            .isTrue();
      }
    }
  }

  @Test
  void trustsACertificateOfAnAuthorityUnderAHashedName() throws IOException {
    KnownHosts known =
        known("@cert-authority " + KnownHostsFile.line("web1", AUTHORITY.key(), true));
    SshPublicKey good = AUTHORITY.certify(KEY.key(), Claims.forHost("web1"));
    assertThat(judge(known, WEB1, good).trusted()).isTrue();
  }

  @Test
  void refusesARevokedAuthorityBesideAKnownPlainKey() throws IOException {
    KnownHosts known = known(line("web1", KEY), "@revoked " + line("*", AUTHORITY));
    assertThat(judge(known, WEB1, AUTHORITY.certify(KEY.key(), Claims.forHost("web1"))))
        .isInstanceOf(HostKeyVerdict.Revoked.class);
  }

  @Test
  void refusesCertificatesOfARevokedAuthority() throws IOException {
    KnownHosts known =
        known("@cert-authority " + line("*", AUTHORITY), "@revoked " + line("*", AUTHORITY));
    assertThat(judge(known, WEB1, AUTHORITY.certify(KEY.key(), Claims.forHost("web1"))))
        .isInstanceOf(HostKeyVerdict.Revoked.class);
  }

  @Test
  void refusesACertificateWithAWrongSignature() throws IOException {
    KnownHosts known = known("@cert-authority " + line("*", AUTHORITY));
    SshPublicKey good = AUTHORITY.certify(KEY.key(), Claims.forHost("web1"));
    byte[] blob = good.blob();
    for (int at = 60; at < blob.length; at += 13) {
      byte[] forged = blob.clone();
      forged[at] ^= 1;
      SshPublicKey.of(forged)
          .ifPresent(key -> assertThat(judge(known, WEB1, key).trusted()).isFalse());
    }
  }

  @Test
  void appliesCaSignatureAlgorithms() throws IOException {
    TestKey rsa = TestKey.rsa(2048);
    KnownHosts known = known("@cert-authority " + line("*", rsa));
    SshPublicKey good = rsa.certify(KEY.key(), Claims.forHost("web1"));
    assertThat(judge(known, WEB1, good).trusted()).isTrue();
    assertThat(known.judge(WEB1, good, Instant.now(), List.of("ssh-ed25519")))
        .isInstanceOf(HostKeyVerdict.BadCertificate.class);
  }
}
