package dev.deployctl.ssh.algorithms;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.transport.digest.SHA256;
import net.schmizz.sshj.transport.kex.KeyExchange;

/** The key exchange {@code curve25519-sha256} of RFC 8731. */
final class CurveExchange extends SignedExchange {
  private final Curve25519 curve = Curve25519.generate();

  private CurveExchange() {
    super(new SHA256());
  }

  /** Returns the factory of the exchange under one of its names. */
  static Factory.Named<KeyExchange> factory(String name) {
    return new Factory.Named<>() {
      @Override
      public String getName() {
        return name;
      }

      @Override
      public KeyExchange create() {
        return new CurveExchange();
      }
    };
  }

  @Override
  byte[] publicKey() {
    return curve.publicKey();
  }

  @Override
  BigInteger agree(byte[] reply) throws GeneralSecurityException {
    return new BigInteger(1, curve.agree(reply));
  }
}
