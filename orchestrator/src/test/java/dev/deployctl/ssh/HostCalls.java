package dev.deployctl.ssh;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.ssh.connect.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;

/** Calls a host with a configuration and a script in place of the host script. */
public final class HostCalls {
  /** A script with the answer of the real one. */
  static final String HELLO = "echo '{\"type\":\"version\",\"version\":\"1\",\"protocol\":1}'";

  private HostCalls() {}

  static ConnectionSettings settings(Path config, String script) {
    return ConnectionSettings.defaults()
        .withConfigFile(config)
        .withCommandPrefix(List.of("/bin/sh", "-c", script, "deployctl-host"));
  }

  static SshHostAgent agent(Path config, String script) {
    return new SshHostAgent(settings(config, script), new EventReader());
  }

  public static HostReply call(SshHostAgent agent, String host, HostCommand command)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    return agent.call(Host.named(host), command, (HostEvent event) -> {});
  }

  public static HostReply call(SshHostAgent agent, String host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    return call(agent, host, HostCommand.version());
  }

  /** Connects, calls the script once, and disconnects. */
  static HostReply hello(ConnectionSettings settings)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    try (SshHostAgent agent = new SshHostAgent(settings, new EventReader())) {
      return call(agent, "target");
    }
  }

  static HostReply hello(Path config)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    return hello(settings(config, HELLO));
  }
}
