package dev.deployctl.ssh.connect;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.openssh.knownhosts.HostKeyVerdict;
import dev.deployctl.ssh.algorithms.HostKeyOffer;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;

/** Ends a connection unless the host's key is trusted, and keeps the verdict for the message. */
final class HostKeyGate implements HostKeyVerifier {
  /** Returns the verdict on a key; can record a new key if ssh_config allows it. */
  @FunctionalInterface
  interface Judge {
    HostKeyVerdict judge(SshPublicKey key);
  }

  /** The offered key and its verdict. */
  record Seen(SshPublicKey key, HostKeyVerdict verdict) {}

  private final HostKeyOffer offer;
  private final Judge judge;
  private volatile Optional<Seen> seen = Optional.empty();

  HostKeyGate(HostKeyOffer offer, Judge judge) {
    this.offer = offer;
    this.judge = judge;
  }

  Optional<Seen> seen() {
    return seen;
  }

  @Override
  public boolean verify(String hostname, int port, PublicKey decoded) {
    Optional<SshPublicKey> key = offer.key();
    if (key.isEmpty() || !isSameKind(key.get(), decoded)) {
      return false;
    }
    HostKeyVerdict verdict = judge.judge(key.get());
    seen = Optional.of(new Seen(key.get(), verdict));
    return verdict.trusted();
  }

  /** Compares the key of the verdict with the key whose signature was checked. */
  private static boolean isSameKind(SshPublicKey key, PublicKey decoded) {
    PublicKey plain =
        decoded instanceof Certificate<?> certificate ? certificate.getKey() : decoded;
    byte[] blob = new Buffer.PlainBuffer().putPublicKey(plain).getCompactData();
    return SshPublicKey.of(blob).equals(key.plain());
  }

  @Override
  public List<String> findExistingAlgorithms(String hostname, int port) {
    return List.of(); // Negotiation has set the order
  }
}
