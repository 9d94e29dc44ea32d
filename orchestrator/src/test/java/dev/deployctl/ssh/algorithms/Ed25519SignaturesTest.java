package dev.deployctl.ssh.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import net.schmizz.sshj.common.Buffer;
import org.junit.jupiter.api.Test;

class Ed25519SignaturesTest {
  private static final byte[] DATA = "session and request".getBytes(StandardCharsets.UTF_8);

  private final KeyPair pair;

  Ed25519SignaturesTest() throws GeneralSecurityException {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  private byte[] byTheJdk() throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(DATA);
    return signature.sign();
  }

  private boolean accepts(String name, byte[] signature) {
    net.schmizz.sshj.signature.Signature check = Ed25519Signatures.checks().create();
    check.initVerify(pair.getPublic());
    check.update(DATA, 0, 8);
    check.update(DATA, 8, DATA.length - 8);
    return check.verify(
        new Buffer.PlainBuffer().putString(name).putBytes(signature).getCompactData());
  }

  @Test
  void signsLikeTheJdk() throws GeneralSecurityException {
    assertThat(Ed25519Signatures.sign(pair.getPrivate(), DATA)).hasValue(byTheJdk());
  }

  @Test
  void leavesKeysOfOtherKindsToTheJdk() throws GeneralSecurityException {
    KeyPair other = KeyPairGenerator.getInstance("Ed448").generateKeyPair();
    assertThat(Ed25519Signatures.sign(other.getPrivate(), DATA)).isEmpty();
    KeyPair curve = KeyPairGenerator.getInstance("EC").generateKeyPair();
    assertThat(Ed25519Signatures.sign(curve.getPrivate(), DATA)).isEmpty();
  }

  @Test
  void acceptsASignatureOfTheJdk() throws GeneralSecurityException {
    assertThat(accepts("ssh-ed25519", byTheJdk())).isTrue();
  }

  @Test
  void refusesASignatureWithAChangedBit() throws GeneralSecurityException {
    for (int at : new int[] {0, 31, 32, 63}) {
      byte[] signature = byTheJdk();
      signature[at] ^= 1;
      assertThat(accepts("ssh-ed25519", signature)).as("byte %d", at).isFalse();
    }
  }

  @Test
  void refusesASignatureOfAnotherNameOrLength() throws GeneralSecurityException {
    assertThat(accepts("ssh-rsa", byTheJdk())).isFalse();
    assertThat(accepts("ssh-ed25519", new byte[63])).isFalse();
    assertThat(accepts("ssh-ed25519", new byte[0])).isFalse();
  }

  @Test
  void refusesWhatIsNoSignature() {
    net.schmizz.sshj.signature.Signature check = Ed25519Signatures.checks().create();
    check.initVerify(pair.getPublic());
    assertThat(check.verify(new byte[] {0, 0, 1})).isFalse();
  }
}
