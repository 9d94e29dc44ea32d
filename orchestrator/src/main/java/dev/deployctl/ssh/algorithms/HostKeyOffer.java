package dev.deployctl.ssh.algorithms;

import dev.deployctl.openssh.keys.SshPublicKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.Transport;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.transport.digest.Digest;
import net.schmizz.sshj.transport.kex.KeyExchange;

/**
 * Records the encoded key of the host. The SSH library passes on a decoded key, from which a
 * certificate cannot be restored byte by byte.
 */
public final class HostKeyOffer {
  private volatile Optional<SshPublicKey> key = Optional.empty();

  public Optional<SshPublicKey> key() {
    return key;
  }

  /** Returns a key exchange whose packets are inspected. */
  Factory.Named<KeyExchange> watching(Factory.Named<KeyExchange> factory) {
    return new Factory.Named<>() {
      @Override
      public String getName() {
        return factory.getName();
      }

      @Override
      public KeyExchange create() {
        return new Watched(factory.create());
      }
    };
  }

  /** Inspects each packet before the exchange does; the last one with a key counts. */
  private final class Watched implements KeyExchange {
    private final KeyExchange exchange;

    Watched(KeyExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public boolean next(Message message, SSHPacket packet)
        throws GeneralSecurityException, TransportException {
      int start = packet.rpos();
      try {
        Optional<SshPublicKey> offered = SshPublicKey.of(packet.readBytes());
        if (offered.isPresent()) {
          key = offered;
        }
      } catch (net.schmizz.sshj.common.Buffer.BufferException noKeyHere) {
        key = Optional.empty();
      }
      packet.rpos(start);
      return exchange.next(message, packet);
    }

    @Override
    public void init(
        Transport transport, String serverId, String clientId, byte[] server, byte[] client)
        throws GeneralSecurityException, TransportException {
      exchange.init(transport, serverId, clientId, server, client);
    }

    @Override
    public byte[] getH() {
      return exchange.getH();
    }

    @Override
    public BigInteger getK() {
      return exchange.getK();
    }

    @Override
    public Digest getHash() {
      return exchange.getHash();
    }

    @Override
    public PublicKey getHostKey() {
      return exchange.getHostKey();
    }
  }
}
