package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.JumpHosts;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The hops on the way to a host. */
final class Route {
  private static final int MOST_HOPS = 8;

  private Route() {}

  /** How ssh_config is asked for a hop: as {@code ssh -J} would ask, which passes on no more. */
  static SshConfigQuery query(JumpHosts jump) {
    return new SshConfigQuery(
        jump.host(),
        jump.user(),
        jump.port(),
        jump.before().map(before -> List.of("ProxyJump " + before)).orElse(List.of()));
  }

  /**
   * Refuses a route that leads back to a host it has passed, before the first step is made: each
   * hop would wait for the other.
   */
  static void check(SshConfig config, SshConfigQuery target) throws ConnectException {
    Set<SshConfigQuery> passed = new LinkedHashSet<>();
    SshConfigQuery at = target;
    while (true) {
      if (!passed.add(at) || passed.size() > MOST_HOPS) {
        String hops =
            passed.stream().map(SshConfigQuery::host).collect(Collectors.joining(", then "));
        throw new ConnectException(
            target.host() + ": the way there has no end: " + hops + ", then " + at.host(),
            "look at ProxyJump in ssh_config",
            ConnectException.Retry.NEVER,
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
