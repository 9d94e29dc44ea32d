package dev.deployctl.ssh.algorithms;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;

/** One side of a key agreement on Curve25519, with encoded keys. */
final class X25519 {
  static final int LENGTH = 32;

  /** The bytes before a key in its X.509 form. */
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b656e032100");

  private final PrivateKey privateKey;
  private final byte[] publicKey;

  private X25519(KeyPair pair) {
    privateKey = pair.getPrivate();
    byte[] encoded = pair.getPublic().getEncoded();
    publicKey = Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length);
  }

  static X25519 generate() {
    try {
      return new X25519(KeyPairGenerator.getInstance("X25519").generateKeyPair());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has X25519", impossible);
    }
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  /** Returns the secret that is shared with the holder of another key. */
  byte[] agree(byte[] other) throws GeneralSecurityException {
    byte[] encoded = Arrays.copyOf(X509, X509.length + LENGTH);
    System.arraycopy(other, 0, encoded, X509.length, LENGTH);
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(privateKey);
    agreement.doPhase(
        KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded)), true);
    return agreement.generateSecret();
  }
}
