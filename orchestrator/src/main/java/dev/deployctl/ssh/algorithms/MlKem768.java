package dev.deployctl.ssh.algorithms;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import javax.crypto.KEM;

/** ML-KEM-768 of the JDK. */
final class MlKem768 implements KeyEncapsulation {
  private static final int PUBLIC_KEY_LENGTH = 1184;
  private static final int ENCAPSULATED_LENGTH = 1088;

  private final PrivateKey privateKey;
  private final byte[] publicKey;

  private MlKem768(KeyPair pair) {
    privateKey = pair.getPrivate();
    byte[] encoded = pair.getPublic().getEncoded();
    publicKey = Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_LENGTH, encoded.length);
  }

  static KeyEncapsulation generate() {
    try {
      return new MlKem768(KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Java 24 and newer have ML-KEM", impossible);
    }
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public int length() {
    return ENCAPSULATED_LENGTH;
  }

  @Override
  public byte[] extract(byte[] encapsulated) throws GeneralSecurityException {
    return KEM.getInstance("ML-KEM")
        .newDecapsulator(privateKey)
        .decapsulate(encapsulated)
        .getEncoded();
  }
}
