package dev.deployctl.ssh;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import net.schmizz.sshj.common.SSHException;

/** Reaches the host-side script over SSH, in the way the user's own {@code ssh} reaches a host. */
public final class SshHostAgent implements HostAgent, HostShell {
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
    connections = new Connections(config, new Connector(settings, clock));
  }

  /**
   * Sees which key a host offers, and what the user's known_hosts files say of it. Does not log in,
   * and remembers nothing.
   */
  public HostKeyReport hostKey(Host host) throws HostUnreachableException, InterruptedException {
    try {
      return connections.look(query(host));
    } catch (ConnectException failed) {
      throw new HostUnreachableException(host, failed.text(), failed.hint(), failed);
    }
  }

  /**
   * Reads ssh_config for hosts that will be called, so that what is wrong in it is told at once and
   * not host by host.
   *
   * @throws dev.deployctl.model.DeployException something is wrong, with file and line
   */
  public void checkConfiguration(Collection<Host> hosts) {
    hosts.forEach(host -> connections.check(query(host)));
  }

  private SshConfigQuery query(Host host) {
    return new SshConfigQuery(host.address(), settings.user(), settings.port(), settings.options());
  }

  /**
   * Does once what the first connection would have to wait for. For a thread that has nothing
   * better to do while the program finds out which hosts there are.
   */
  public void warmUp() {
    WarmUp.run();
  }

  @Override
  public HostReply call(Host host, HostCommand command, Consumer<HostEvent> events)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    List<String> words = new ArrayList<>(settings.commandPrefix());
    List<String> given = command.arguments();
    // What follows -- belongs to the app's own command.
    int end = given.contains("--") ? given.indexOf("--") : given.size();
    words.addAll(given.subList(0, end));
    words.add(OUTPUT);
    words.addAll(given.subList(end, given.size()));
    try (Session session = open(host, query(host))) {
      RemoteCall call = new RemoteCall(session.channel(), reader);
      start(host, session, command, call, ShellWords.line(words));
      try {
        return call.follow(events);
      } catch (IOException broken) {
        throw lost(host, session, command, broken);
      }
    }
  }

  private static void start(
      Host host, Session session, HostCommand command, RemoteCall call, String line)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    try {
      call.start(line, session.connection().settings().environment());
    } catch (SSHException refused) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while a command was started");
      }
      if (session.connection().alive() && refused.getCause() == null) {
        throw new HostUnreachableException(
            host,
            who(session) + ": the host lets nothing be run",
            "see ForceCommand and the options in its authorized_keys",
            refused);
      }
      throw lost(host, session, command, refused);
    }
  }

  @Override
  public HostShell.Output run(Host host, List<String> words, byte[] input)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    try (Session session = open(host, query(host))) {
      try {
        PlainCall call = new PlainCall(session.channel());
        call.start(ShellWords.line(words));
        return call.finish(input);
      } catch (IOException broken) {
        throwIfInterrupted();
        throw new ConnectionLostException(
            host,
            who(session) + ": the connection was lost while a command ran: " + broken.getMessage(),
            broken);
      }
    }
  }

  /**
   * An open session and the connection that carries it.
   *
   * @param done what remains to be done when it has ended
   */
  private record Session(SshConnection connection, CommandChannel channel, Runnable done)
      implements AutoCloseable {
    @Override
    public void close() {
      channel.leave();
      done.run();
    }
  }

  private Session open(Host host, SshConfigQuery query)
      throws HostUnreachableException, InterruptedException {
    try {
      SshConnection connection = connections.get(query);
      try {
        return new Session(connection, connection.openSession(), () -> {});
      } catch (SSHException failed) {
        throwIfInterrupted();
        if (connection.alive()) {
          return openExtra(query); // the host has enough sessions on this connection
        }
        // An idle connection may have died unnoticed; nothing was started, so once more.
        connections.forget(query, connection);
      }
      SshConnection again = connections.get(query);
      return new Session(again, again.openSession(), () -> {});
    } catch (ConnectException failed) {
      throw new HostUnreachableException(host, failed.text(), failed.hint(), failed);
    } catch (SSHException failed) {
      throwIfInterrupted();
      throw new HostUnreachableException(
          host,
          host.address() + ": it opens no session: " + failed.getMessage(),
          "see MaxSessions in its sshd_config",
          failed);
    }
  }

  private Session openExtra(SshConfigQuery query)
      throws ConnectException, SSHException, InterruptedException {
    SshConnection extra = connections.extra(query);
    try {
      return new Session(extra, extra.openSession(), () -> connections.release(extra));
    } catch (SSHException failed) {
      connections.release(extra);
      throw failed;
    }
  }

  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while a session was opened");
    }
  }

  private static ConnectionLostException lost(
      Host host, Session session, HostCommand command, IOException cause) {
    return new ConnectionLostException(
        host,
        who(session)
            + ": the connection was lost while '"
            + command.verb()
            + "' ran: "
            + session.connection().givenUp().orElse(String.valueOf(cause.getMessage())),
        cause);
  }

  private static String who(Session session) {
    HostSettings settings = session.connection().settings();
    return ConnectFailures.who(settings);
  }

  @Override
  public void close() {
    connections.close();
    clock.close();
  }
}
