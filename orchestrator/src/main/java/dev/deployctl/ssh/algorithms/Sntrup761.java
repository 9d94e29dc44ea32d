package dev.deployctl.ssh.algorithms;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.pqc.crypto.ntruprime.SNTRUPrimeKEMExtractor;
import org.bouncycastle.pqc.crypto.ntruprime.SNTRUPrimeKeyGenerationParameters;
import org.bouncycastle.pqc.crypto.ntruprime.SNTRUPrimeKeyPairGenerator;
import org.bouncycastle.pqc.crypto.ntruprime.SNTRUPrimeParameters;
import org.bouncycastle.pqc.crypto.ntruprime.SNTRUPrimePrivateKeyParameters;
import org.bouncycastle.pqc.crypto.ntruprime.SNTRUPrimePublicKeyParameters;

/** Streamlined NTRU Prime (sntrup761) of Bouncy Castle. */
final class Sntrup761 implements KeyEncapsulation {
  private final SNTRUPrimePublicKeyParameters publicKey;
  private final SNTRUPrimeKEMExtractor extractor;

  private Sntrup761(AsymmetricCipherKeyPair pair) {
    publicKey = (SNTRUPrimePublicKeyParameters) pair.getPublic();
    extractor = new SNTRUPrimeKEMExtractor((SNTRUPrimePrivateKeyParameters) pair.getPrivate());
  }

  static KeyEncapsulation generate() {
    SNTRUPrimeKeyPairGenerator generator = new SNTRUPrimeKeyPairGenerator();
    generator.init(
        new SNTRUPrimeKeyGenerationParameters(new SecureRandom(), SNTRUPrimeParameters.sntrup761));
    return new Sntrup761(generator.generateKeyPair());
  }

  @Override
  public byte[] publicKey() {
    return publicKey.getEncoded();
  }

  @Override
  public int length() {
    return extractor.getEncapsulationLength();
  }

  @Override
  public byte[] extract(byte[] encapsulated) {
    return extractor.extractSecret(encapsulated);
  }
}
