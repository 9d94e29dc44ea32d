package dev.deployctl.ssh.algorithms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class Curve25519Test {
  private static final String X509 = "302a300506032b656e032100";

  @RepeatedTest(20)
  void agreesWithTheJdkOnASecret() throws GeneralSecurityException {
    KeyPair theirs = KeyPairGenerator.getInstance("X25519").generateKeyPair();
    Curve25519 ours = Curve25519.generate();
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(theirs.getPrivate());
    byte[] encoded = HexFormat.of().parseHex(X509 + HexFormat.of().formatHex(ours.publicKey()));
    agreement.doPhase(
        KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded)), true);
    byte[] other = theirs.getPublic().getEncoded();

    assertThat(
            ours.agree(Arrays.copyOfRange(other, other.length - Curve25519.LENGTH, other.length)))
        .isEqualTo(agreement.generateSecret());
  }

  @Test
  void makesANewKeyEachTime() {
    assertThat(Curve25519.generate().publicKey()).isNotEqualTo(Curve25519.generate().publicKey());
  }

  /** With such a key the secret is zero for every private key. */
  @Test
  void refusesAKeyOfLowOrder() {
    Curve25519 ours = Curve25519.generate();
    byte[] one = new byte[Curve25519.LENGTH];
    one[0] = 1;
    assertThatThrownBy(() -> ours.agree(one)).isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> ours.agree(new byte[Curve25519.LENGTH]))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void refusesAKeyOfTheWrongLength() {
    Curve25519 ours = Curve25519.generate();
    assertThatThrownBy(() -> ours.agree(new byte[31]))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("31 bytes");
  }
}
