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
   * Refuses a route with a loop before the first connection is made, because the jump hosts would
   * wait for each other.
   */
  static void check(SshConfig config, SshConfigQuery target) throws ConnectFailedException {
    Set<SshConfigQuery> passed = new LinkedHashSet<>();
    SshConfigQuery at = target;
    while (true) {
      if (!passed.add(at) || passed.size() > MAX_HOPS) {
        String hops =
            passed.stream().map(SshConfigQuery::host).collect(Collectors.joining(", then "));
        throw new ConnectFailedException(
            target.host() + ": the jump hosts form a loop: " + hops + ", then " + at.host(),
            "check ProxyJump in ssh_config",
            ConnectFailedException.Retry.NEVER,
            null);
      }
      HostSettings host = config.settings(at);
      if (host.jump().isEmpty()) {
        return;
      }
      at = query(host.jump().get());
    }
  }
}
