package dev.deployctl.ssh;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostConsole;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.LocalTerminal;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.config.SshConfigQuery;
import dev.deployctl.ssh.connect.ConnectFailedException;
import dev.deployctl.ssh.connect.ConnectionSettings;
import dev.deployctl.ssh.connect.Connections;
import dev.deployctl.ssh.connect.HostKeyReport;
import dev.deployctl.ssh.connect.SshConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.schmizz.sshj.common.SSHException;

/** Calls the host script over SSH, with the same connections that the user's {@code ssh} makes. */
public final class SshHostAgent implements HostAgent, HostShell, HostConsole {
  private static final List<String> SUDO = List.of("sudo", "-n");
  private static final String NDJSON = "--output=ndjson";
  private static final String TEXT = "--output=text";

  private final List<String> commandPrefix;
  private final EventReader reader;
  private final Connections connections;
  private final PreparedCalls preparedCalls = new PreparedCalls(this::startPrepared);

  public SshHostAgent(ConnectionSettings settings, EventReader reader) {
    commandPrefix = settings.commandPrefix();
    this.reader = reader;
    connections = new Connections(settings);
  }

  /**
   * Returns the key that a host offers and whether the user's known_hosts files trust it. Does not
   * log in or record the key.
   */
  public HostKeyReport hostKey(Host host) throws HostUnreachableException, InterruptedException {
    try {
      return connections.look(connections.query(host));
    } catch (ConnectFailedException failed) {
      throw new HostUnreachableException(host, failed.reason(), failed.hint(), failed);
    }
  }

  @Override
  public HostReply call(Host host, HostCommand command, Consumer<HostEvent> events)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    PreparedCalls.Prepared prepared = preparedCalls.take(host, command);
    if (prepared != null) {
      try (Session session = prepared.session()) {
        return follow(host, session, command, prepared.call(), events);
      }
    }
    try (Session session = open(host, connections.query(host))) {
      RemoteCall call = new RemoteCall(session.channel(), reader, command.input());
      start(host, session, command, call, line(command, NDJSON));
      return follow(host, session, command, call, events);
    }
  }

  private HostReply follow(
      Host host, Session session, HostCommand command, RemoteCall call, Consumer<HostEvent> events)
      throws ConnectionLostException, InterruptedException {
    try {
      return call.follow(
          event -> {
            preparedCalls.heard(host, event);
            events.accept(event);
          });
    } catch (IOException broken) {
      throw lost(host, session, command, broken);
    }
  }

  @Override
  public void prepare(Host host, HostCommand command) {
    preparedCalls.prepare(host, command);
  }

  /** Starts the script of a call, up to the point where it waits to be started. */
  private PreparedCalls.Prepared startPrepared(Host host, HostCommand command) throws Exception {
    HostCommand standby = command.standingBy();
    SshConnection connection = connections.get(connections.query(host));
    Session session = new Session(connection, connection.openSession(), () -> {});
    try {
      RemoteCall call = new RemoteCall(session.channel(), reader, standby.input());
      long since = System.nanoTime();
      call.start(line(standby, NDJSON), connection.settings().environment());
      return new PreparedCalls.Prepared(session, call, since);
    } catch (SSHException failed) {
      session.close();
      throw failed;
    }
  }

  /**
   * Returns the command line that the host's login shell gets. A verb for root is called by a sudo
   * within sudo: the rule of deployers covers the script but not sudo, so only a user who may be
   * root gets that far, and the script then sees root as its caller.
   */
  private String line(HostCommand command, String output) {
    List<String> arguments = new ArrayList<>(command.isForRoot() ? SUDO : List.of());
    arguments.addAll(commandPrefix);
    List<String> given = command.arguments();
    // Arguments after -- belong to the command of the app.
    int end = given.contains("--") ? given.indexOf("--") : given.size();
    arguments.addAll(given.subList(0, end));
    arguments.add(output);
    arguments.addAll(given.subList(end, given.size()));
    return ShellQuoting.line(arguments);
  }

  @Override
  public int open(Host host, HostCommand command, LocalTerminal terminal)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    try (Session session = open(host, connections.query(host))) {
      try {
        ConsoleCall call = new ConsoleCall(session.channel(), terminal);
        call.start(line(command, TEXT));
        return call.follow();
      } catch (IOException broken) {
        throwIfInterrupted();
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
            label(session) + ": the host refuses to run commands",
            "see ForceCommand in its sshd_config and the options in its authorized_keys",
            refused);
      }
      throw lost(host, session, command, refused);
    }
  }

  @Override
  public HostShell.Output run(Host host, List<String> words, byte[] input)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    try (Session session = open(host, connections.query(host))) {
      try {
        PlainCall call = new PlainCall(session.channel());
        call.start(ShellQuoting.line(words));
        return call.finish(input);
      } catch (IOException broken) {
        throwIfInterrupted();
        throw new ConnectionLostException(
            host,
            label(session)
                + ": the connection was lost while a command ran: "
                + broken.getMessage(),
            broken);
      }
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
          return openExtra(query); // this connection has reached MaxSessions
        }
        // An idle connection may be broken; no command was started, so another try is safe.
        connections.forget(query, connection);
      }
      SshConnection again = connections.get(query);
      return new Session(again, again.openSession(), () -> {});
    } catch (ConnectFailedException failed) {
      throw new HostUnreachableException(host, failed.reason(), failed.hint(), failed);
    } catch (SSHException failed) {
      throwIfInterrupted();
      throw new HostUnreachableException(
          host,
          host.address() + ": the host refuses to open a session: " + failed.getMessage(),
          "see MaxSessions in its sshd_config",
          failed);
    }
  }

  private Session openExtra(SshConfigQuery query)
      throws ConnectFailedException, SSHException, InterruptedException {
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
        label(session)
            + ": the connection was lost while '"
            + command.verb()
            + "' ran: "
            + session.connection().givenUp().orElse(String.valueOf(cause.getMessage())),
        cause);
  }

  private static String label(Session session) {
    return session.connection().settings().label();
  }

  @Override
  public void close() {
    preparedCalls.close();
    connections.close();
  }
}
