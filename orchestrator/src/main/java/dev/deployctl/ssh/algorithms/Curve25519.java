package dev.deployctl.ssh.algorithms;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * One side of a key agreement on Curve25519 (X25519). The arithmetic is Bouncy Castle's: in a
 * program that runs for a second it takes a quarter of the time of the JDK's, because it needs
 * fewer steps before the JVM has compiled it.
 */
final class Curve25519 {
  static final int LENGTH = X25519.POINT_SIZE;

  private final byte[] privateKey = new byte[X25519.SCALAR_SIZE];
  private final byte[] publicKey = new byte[LENGTH];

  private Curve25519(SecureRandom random) {
    X25519.generatePrivateKey(random, privateKey);
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
  }

  static Curve25519 generate() {
    return new Curve25519(new SecureRandom());
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  /** Returns the secret that is shared with the holder of another key. */
  byte[] agree(byte[] other) throws GeneralSecurityException {
    if (other.length != LENGTH) {
      throw new GeneralSecurityException("the public key has " + other.length + " bytes");
    }
    byte[] secret = new byte[LENGTH];
    if (!X25519.calculateAgreement(privateKey, 0, other, 0, secret, 0)) {
      throw new GeneralSecurityException("the public key gives a secret that anybody knows");
    }
    return secret;
  }
}
