package dev.deployctl.ssh;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.openssh.knownhosts.HostKeyVerdict;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;

/** Lets a connection go on only if the host's key is trusted; keeps the verdict for the message. */
final class HostKeyGate implements HostKeyVerifier {
  /** Judges a key; may take note of a new one, if ssh_config allows that. */
  @FunctionalInterface
  interface Judge {
    HostKeyVerdict judge(SshPublicKey key);
  }

  /** What was offered and what became of it. */
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

  /** The key that was judged must be the one whose signature was checked. */
  private static boolean isSameKind(SshPublicKey key, PublicKey decoded) {
    PublicKey plain =
        decoded instanceof Certificate<?> certificate ? certificate.getKey() : decoded;
    byte[] blob = new Buffer.PlainBuffer().putPublicKey(plain).getCompactData();
    return SshPublicKey.of(blob).equals(key.plain());
  }

  @Override
  public List<String> findExistingAlgorithms(String hostname, int port) {
    return List.of(); // Negotiation has put them in order
  }
}
