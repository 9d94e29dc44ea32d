package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.config.Algorithms;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.HostSettings.StrictHostKeyChecking;
import dev.deployctl.openssh.keys.SshPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Decides on the keys of one host, by ssh_config and the known_hosts files. */
public final class HostKeyPolicy {
  private final HostSettings host;
  private final KnownHosts known;
  private final Optional<RevokedKeys> revoked;

  /**
   * Creates the policy for a host.
   *
   * @param known the files that the host's settings name
   */
  public HostKeyPolicy(HostSettings host, KnownHosts known) {
    this.host = host;
    this.known = known;
    revoked = host.revokedHostKeys().map(RevokedKeys::read);
  }

  /** Returns the key types to ask for first; see {@link KnownHosts#likelyTypes}. */
  public List<String> likelyTypes() {
    return known.likelyTypes(host.names());
  }

  /**
   * Returns the verdict on the key that the host offers; records a new key where that is allowed.
   */
  public HostKeyVerdict judge(SshPublicKey offered) {
    HostKeyVerdict verdict = look(offered);
    return verdict instanceof HostKeyVerdict.Unknown
            && host.strictHostKeyChecking() == StrictHostKeyChecking.ACCEPT_NEW
        ? remember(offered).orElse(verdict)
        : verdict;
  }

  /** Returns the verdict on the key that the host offers. */
  public HostKeyVerdict look(SshPublicKey offered) {
    int bits = offered.rsaBits();
    if (bits > 0 && bits < host.requiredRsaSize()) {
      return new HostKeyVerdict.TooShort(bits, host.requiredRsaSize());
    }
    Optional<HostKeyVerdict.Line> line = revoked.flatMap(keys -> keys.line(offered));
    if (line.isPresent()) {
      return new HostKeyVerdict.Revoked(line.get());
    }
    List<String> authorities =
        Algorithms.AUTHORITIES.resolve(host.algorithms().getOrDefault("casignaturealgorithms", ""));
    return known.judge(host.names(), offered, Instant.now(), authorities);
  }

  /** Records the key of a new host, without its certificate, as ssh does. */
  private Optional<HostKeyVerdict> remember(SshPublicKey offered) {
    Optional<SshPublicKey> plain = offered.plain();
    if (plain.isEmpty()
        || host.userKnownHosts().isEmpty()
        || !KnownHostsFile.canHold(host.names().principal())) {
      return Optional.empty();
    }
    KnownHostsFile file = new KnownHostsFile(host.userKnownHosts().getFirst());
    HostKeyVerdict.Line line =
        known.remember(file, host.names().first(), plain.get(), host.hashKnownHosts());
    return Optional.of(new HostKeyVerdict.Trusted(line));
  }
}
