package dev.deployctl.ssh.algorithms;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.signature.Signature;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Makes and checks signatures of Ed25519 with the arithmetic of Bouncy Castle, for the reason that
 * {@link Curve25519} has.
 */
public final class Ed25519Signatures {
  private static final String NAME = "ssh-ed25519";

  private Ed25519Signatures() {}

  /** Returns the signature of data, or nothing for a key that does not show its bytes. */
  public static Optional<byte[]> sign(PrivateKey key, byte[] data) {
    return key instanceof EdECPrivateKey edwards
        ? edwards
            .getBytes()
            .filter(seed -> seed.length == Ed25519.SECRET_KEY_SIZE)
            .map(
                seed -> {
                  byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
                  Ed25519.sign(seed, 0, data, 0, data.length, signature, 0);
                  return signature;
                })
        : Optional.empty();
  }

  /** Returns the factory of checks of host keys. */
  static Factory.Named<Signature> checks() {
    return new Factory.Named<>() {
      @Override
      public String getName() {
        return NAME;
      }

      @Override
      public Signature create() {
        return new Check();
      }
    };
  }

  /** Checks one signature of a host. */
  private static final class Check implements Signature {
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private byte[] key = new byte[0];

    @Override
    public String getSignatureName() {
      return NAME;
    }

    @Override
    public void initVerify(PublicKey given) {
      byte[] encoded = given.getEncoded(); // its form of X.509 ends with the key
      key = Arrays.copyOfRange(encoded, encoded.length - Ed25519.PUBLIC_KEY_SIZE, encoded.length);
      data.reset();
    }

    @Override
    public void update(byte[] bytes) {
      data.writeBytes(bytes);
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
      data.write(bytes, offset, length);
    }

    @Override
    public boolean verify(byte[] named) {
      try {
        Buffer.PlainBuffer buffer = new Buffer.PlainBuffer(named);
        String name = buffer.readString(StandardCharsets.US_ASCII);
        byte[] signature = buffer.readBytes();
        return name.equals(NAME)
            && signature.length == Ed25519.SIGNATURE_SIZE
            && Ed25519.verify(signature, 0, key, 0, data.toByteArray(), 0, data.size());
      } catch (Buffer.BufferException malformed) {
        return false;
      }
    }

    @Override
    public void initSign(PrivateKey given) {
      throw new SSHRuntimeException("signatures of hosts are only checked");
    }

    @Override
    public byte[] sign() {
      throw new SSHRuntimeException("signatures of hosts are only checked");
    }

    @Override
    public byte[] encode(byte[] signature) {
      return signature;
    }
  }
}
