package dev.deployctl.ssh.algorithms;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.Transport;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.transport.digest.Digest;
import net.schmizz.sshj.transport.kex.KeyExchange;
import net.schmizz.sshj.transport.kex.KeyExchangeBase;
import org.jspecify.annotations.Nullable;

/**
 * A key exchange that combines a post-quantum key encapsulation with X25519, so that its secret is
 * safe as long as one of them is: {@code sntrup761x25519-sha512} and {@code mlkem768x25519-sha256}.
 * The client sends both public keys in one string; the server answers with the encapsulated secret
 * and its own X25519 key.
 */
final class HybridExchange extends KeyExchangeBase {
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
  private final X25519 curve;
  private byte[] sent = new byte[0];
  private BigInteger secret = BigInteger.ZERO;

  private HybridExchange(Digest digest, KeyEncapsulation encapsulation) {
    super(digest);
    this.encapsulation = encapsulation;
    curve = X25519.generate();
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
  public void init(
      Transport transport, String serverId, String clientId, byte[] server, byte[] client)
      throws GeneralSecurityException, TransportException {
    super.init(transport, serverId, clientId, server, client);
    digest.init();
    sent = concat(encapsulation.publicKey(), curve.publicKey());
    transport.write(new SSHPacket(Message.KEXDH_INIT).putBytes(sent));
  }

  @Override
  public boolean next(Message message, SSHPacket packet)
      throws GeneralSecurityException, TransportException {
    if (message != Message.KEXDH_31) {
      throw failed("the host sent " + message + " instead of its public key");
    }
    try {
      byte[] keyBlob = packet.readBytes();
      byte[] reply = packet.readBytes();
      byte[] signature = packet.readBytes();
      hostKey = new Buffer.PlainBuffer(keyBlob).readPublicKey();
      agree(reply);
      Buffer.PlainBuffer hashed =
          initializedBuffer().putBytes(keyBlob).putBytes(sent).putBytes(reply).putMPInt(secret);
      digest.update(hashed.array(), hashed.rpos(), hashed.available());
      H = digest.digest();
      verify(signature);
      return true;
    } catch (Buffer.BufferException malformed) {
      throw new TransportException(DisconnectReason.KEY_EXCHANGE_FAILED, malformed);
    }
  }

  private void agree(byte[] reply) throws GeneralSecurityException, TransportException {
    int length = encapsulation.length();
    if (reply.length != length + X25519.LENGTH) {
      throw failed("the host's public key has " + reply.length + " bytes");
    }
    byte[] first = encapsulation.extract(Arrays.copyOf(reply, length));
    byte[] second = curve.agree(Arrays.copyOfRange(reply, length, reply.length));
    digest.update(first);
    digest.update(second);
    secret = new Secret(digest.digest());
  }

  private void verify(byte[] sent) throws TransportException {
    PublicKey key = hostKey instanceof Certificate<?> certificate ? certificate.getKey() : hostKey;
    Signature signature = trans.getHostKeyAlgorithm().newSignature();
    signature.initVerify(key);
    signature.update(H, 0, H.length);
    if (!signature.verify(sent)) {
      throw failed("the host's signature is wrong");
    }
  }

  private static TransportException failed(String why) {
    return new TransportException(
        DisconnectReason.KEY_EXCHANGE_FAILED, "the key exchange failed: " + why);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Override
  public BigInteger getK() {
    return secret;
  }
}
