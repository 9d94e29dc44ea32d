package dev.deployctl.ssh;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.HostSettings;
import dev.deployctl.openssh.SshConfig;
import dev.deployctl.openssh.SshConfigQuery;
import dev.deployctl.rollout.ConnectionLostException;
import dev.deployctl.rollout.HostAgent;
import dev.deployctl.rollout.HostCommand;
import dev.deployctl.rollout.HostReply;
import dev.deployctl.rollout.HostUnreachableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.schmizz.sshj.common.SSHException;

/** Reaches the host-side script over SSH, in the way the user's own {@code ssh} reaches a host. */
public final class SshHostAgent implements HostAgent {
  private static final String OUTPUT = "--output=ndjson";

  private final SshSettings settings;
  private final EventReader reader;
  private final Clock clock = new Clock();
  private final Connections connections;

  public SshHostAgent(SshSettings settings, EventReader reader) {
    Cryptography.prepare();
    this.settings = settings;
    this.reader = reader;
    SshConfig config =
        settings
            .configFile()
            .map(file -> SshConfig.ofFile(file, settings.local()))
            .orElseGet(() -> SshConfig.ofUser(settings.local()));
    Connector connector =
        new Connector(settings, clock, new KeyRing(settings.passphrases()), new KnownHostsCache());
    connections = new Connections(config, connector);
  }

  @Override
  public HostReply call(Host host, HostCommand command, Consumer<HostEvent> events)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    SshConfigQuery query =
        new SshConfigQuery(host.address(), settings.user(), settings.port(), settings.options());
    List<String> words = new ArrayList<>(settings.commandPrefix());
    words.addAll(command.words());
    words.add(OUTPUT);
    Session session = open(host, query);
    RemoteCall call = new RemoteCall(session.channel(), reader);
    try {
      call.start(ShellWords.line(words), session.connection().settings().environment());
    } catch (SSHException refused) {
      session.channel().leave();
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while a command was started");
      }
      if (session.connection().alive()) {
        throw new HostUnreachableException(
            host,
            who(session) + ": the host lets nothing be run",
            "see ForceCommand and the options in its authorized_keys",
            refused);
      }
      throw lost(host, session, command, refused);
    }
    try {
      return call.follow(events);
    } catch (IOException broken) {
      throw lost(host, session, command, broken);
    }
  }

  /** An open session and the connection that carries it. */
  private record Session(SshConnection connection, CommandChannel channel) {}

  private Session open(Host host, SshConfigQuery query)
      throws HostUnreachableException, InterruptedException {
    SSHException broken = null;
    for (int turn = 0; turn < 2; turn++) {
      SshConnection connection;
      try {
        connection = connections.get(query);
      } catch (ConnectException failed) {
        throw new HostUnreachableException(host, failed.text(), failed.hint(), failed);
      }
      try {
        return new Session(connection, connection.openSession());
      } catch (SSHException failed) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while a session was opened");
        }
        // An idle connection may have died unnoticed; nothing was started, so try once more.
        connections.forget(query, connection);
        broken = failed;
      }
    }
    throw new HostUnreachableException(
        host,
        host.address() + ": it opens no session: " + (broken == null ? "" : broken.getMessage()),
        "see MaxSessions in its sshd_config",
        broken);
  }

  private static ConnectionLostException lost(
      Host host, Session session, HostCommand command, IOException cause) {
    return new ConnectionLostException(
        host,
        who(session)
            + ": the connection was lost while '"
            + command.verb()
            + "' ran: "
            + cause.getMessage(),
        cause);
  }

  private static String who(Session session) {
    HostSettings settings = session.connection().settings();
    return settings.user() + "@" + Connector.address(settings);
  }

  @Override
  public void close() {
    connections.close();
    clock.close();
  }
}
