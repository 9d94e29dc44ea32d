package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The gates of all ProxyCommands. Each host behind a jump host needs a login there, and the sshd of
 * the jump host drops logins at random if there are too many at the same time.
 */
final class JumpGates {
  private final Map<String, JumpGate> gates = new ConcurrentHashMap<>();

  /** Returns the gate of a host's ProxyCommand, shared by all hosts with the same jump host. */
  JumpGate of(HostSettings host) {
    return host.proxyCommand().isEmpty()
        ? JumpGate.OPEN
        : gates.computeIfAbsent(jump(host, host.proxyCommand().get()), command -> new JumpGate());
  }

  /** Returns the command without the parts that differ by target. */
  private static String jump(HostSettings host, String command) {
    return command
        .replace(":" + host.port(), ":%p")
        .replace(host.hostName(), "%h")
        .replace(host.typed(), "%h");
  }
}
