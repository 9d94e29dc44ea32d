package dev.deployctl.ssh.algorithms;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.transport.digest.Digest;
import net.schmizz.sshj.transport.kex.KeyExchange;
import org.jspecify.annotations.Nullable;

/**
 * A key exchange that combines a post-quantum key encapsulation with X25519, so that its secret is
 * safe as long as one of them is: {@code sntrup761x25519-sha512} and {@code mlkem768x25519-sha256}.
 * The client sends both public keys in one string; the server answers with the encapsulated secret
 * and its own X25519 key.
 */
final class HybridExchange extends SignedExchange {
  /** The shared secret, which is a string here and an integer in other exchanges. */
  static final class Secret extends BigInteger {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    Secret(byte[] bytes) {
      super(bytes);
      this.bytes = bytes.clone();
    }

    /** The library writes these bytes after their length, even if an integer has fewer. */
    @Override
    public byte[] toByteArray() {
      return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Secret secret && Arrays.equals(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  private final KeyEncapsulation encapsulation;
  private final Curve25519 curve = Curve25519.generate();

  private HybridExchange(Digest digest, KeyEncapsulation encapsulation) {
    super(digest);
    this.encapsulation = encapsulation;
  }

  /** Returns the factory of an exchange under one of its names. */
  static Factory.Named<KeyExchange> factory(
      String name, Factory<Digest> digest, Factory<KeyEncapsulation> encapsulation) {
    return new Factory.Named<>() {
      @Override
      public String getName() {
        return name;
      }

      @Override
      public KeyExchange create() {
        return new HybridExchange(digest.create(), encapsulation.create());
      }
    };
  }

  @Override
  byte[] publicKey() {
    byte[] first = encapsulation.publicKey();
    byte[] both = Arrays.copyOf(first, first.length + Curve25519.LENGTH);
    System.arraycopy(curve.publicKey(), 0, both, first.length, Curve25519.LENGTH);
    return both;
  }

  @Override
  BigInteger agree(byte[] reply) throws GeneralSecurityException, TransportException {
    int length = encapsulation.length();
    if (reply.length != length + Curve25519.LENGTH) {
      throw failed("the host's public key has " + reply.length + " bytes");
    }
    byte[] first = encapsulation.extract(Arrays.copyOf(reply, length));
    byte[] second = curve.agree(Arrays.copyOfRange(reply, length, reply.length));
    digest.update(first);
    digest.update(second);
    return new Secret(digest.digest());
  }
}
