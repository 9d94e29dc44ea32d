package dev.deployctl.ssh;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import java.nio.file.Path;
import java.util.List;

/** Short ways to say in a test: this configuration, that script, go. */
final class OpenSshWorld {
  /** A script that answers like the real one. */
  static final String HELLO = "echo '{\"type\":\"version\",\"version\":\"1\",\"protocol\":1}'";

  private OpenSshWorld() {}

  static SshSettings settings(Path config, String script) {
    return SshSettings.defaults()
        .withConfigFile(config)
        .withCommandPrefix(List.of("/bin/sh", "-c", script, "deployctl-host"));
  }

  static SshHostAgent agent(Path config, String script) {
    return new SshHostAgent(settings(config, script), new EventReader());
  }

  static HostReply call(SshHostAgent agent, String host, HostCommand command)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    return agent.call(Host.named(host), command, (HostEvent event) -> {});
  }

  static HostReply call(SshHostAgent agent, String host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    return call(agent, host, HostCommand.version());
  }

  /** Connects once, says hello, and leaves. */
  static HostReply hello(SshSettings settings)
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
