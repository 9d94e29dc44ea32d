package dev.deployctl.ssh.algorithms;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.Transport;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.transport.digest.Digest;
import net.schmizz.sshj.transport.kex.KeyExchangeBase;

/**
 * A key exchange of one message each way: the client sends its public key as a string, and the
 * server answers with its host key, its public key, and a signature of both.
 */
abstract class SignedExchange extends KeyExchangeBase {
  private byte[] sent = new byte[0];
  private BigInteger secret = BigInteger.ZERO;

  SignedExchange(Digest digest) {
    super(digest);
  }

  /** Returns the public key to send. */
  abstract byte[] publicKey();

  /** Returns the secret that is shared with the holder of a public key. */
  abstract BigInteger agree(byte[] reply) throws GeneralSecurityException, TransportException;

  @Override
  public void init(
      Transport transport, String serverId, String clientId, byte[] server, byte[] client)
      throws GeneralSecurityException, TransportException {
    super.init(transport, serverId, clientId, server, client);
    digest.init();
    sent = publicKey();
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
      secret = agree(reply);
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

  private void verify(byte[] sent) throws TransportException {
    PublicKey key = hostKey instanceof Certificate<?> certificate ? certificate.getKey() : hostKey;
    Signature signature = trans.getHostKeyAlgorithm().newSignature();
    signature.initVerify(key);
    signature.update(H, 0, H.length);
    if (!signature.verify(sent)) {
      throw failed("the host's signature is wrong");
    }
  }

  static TransportException failed(String why) {
    return new TransportException(
        DisconnectReason.KEY_EXCHANGE_FAILED, "the key exchange failed: " + why);
  }

  @Override
  public BigInteger getK() {
    return secret;
  }
}
