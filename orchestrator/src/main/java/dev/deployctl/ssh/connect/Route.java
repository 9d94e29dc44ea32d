package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.JumpHosts;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The jump hosts on the way to a host. */
final class Route {
  private static final int MAX_HOPS = 8;

  private Route() {}

  /** Returns the query for a jump host, which has the same settings as with {@code ssh -J}. */
  static SshConfigQuery query(JumpHosts jump) {
    return new SshConfigQuery(
        jump.host(),
        jump.user(),
        jump.port(),
        jump.before().map(before -> List.of("ProxyJump " + before)).orElse(List.of()));
  }

  /**
   * Returns the settings of a host. Refuses a route with a loop before the first connection is
   * made, because the jump hosts would wait for each other.
   */
  static HostSettings settings(SshConfig config, SshConfigQuery target)
      throws ConnectFailedException {
    HostSettings settings = config.settings(target);
    Set<SshConfigQuery> passed = new LinkedHashSet<>(Set.of(target));
    HostSettings host = settings;
    while (host.jump().isPresent()) {
      SshConfigQuery at = query(host.jump().get());
      if (!passed.add(at) || passed.size() > MAX_HOPS) {
        String hops =
            passed.stream().map(SshConfigQuery::host).collect(Collectors.joining(", then "));
        throw new ConnectFailedException(
            target.host() + ": the jump hosts form a loop: " + hops + ", then " + at.host(),
            "check ProxyJump in ssh_config",
            ConnectFailedException.Retry.NEVER,
            null);
      }
      host = config.settings(at);
    }
    return settings;
  }
}
