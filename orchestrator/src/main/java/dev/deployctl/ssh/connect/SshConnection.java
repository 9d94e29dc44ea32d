package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.ssh.transport.CommandChannel;
import dev.deployctl.ssh.transport.KeepAlive;
import dev.deployctl.ssh.transport.KeepAliveTimes;
import dev.deployctl.ssh.transport.Scheduler;
import dev.deployctl.ssh.transport.Sockets;
import dev.deployctl.ssh.transport.Wire;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import net.schmizz.sshj.transport.TransportException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that is logged in and shared by all callers. */
public final class SshConnection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.deployctl.ssh");

  private final HostSettings settings;
  private final SSHClient client;
  private final Socket socket;
  private final Future<?> keepAlive;
  private volatile @Nullable String givenUp;

  SshConnection(HostSettings settings, SSHClient client, Socket socket, Scheduler scheduler) {
    this.settings = settings;
    this.client = client;
    this.socket = socket;
    keepAlive =
        KeepAlive.start(
            scheduler, client.getConnection(), KeepAliveTimes.of(settings), this::giveUp);
  }

  public HostSettings settings() {
    return settings;
  }

  public boolean alive() {
    return client.getTransport().isRunning();
  }

  /** Opens a session without starting a command. */
  public CommandChannel openSession() throws SSHException {
    CommandChannel channel = new CommandChannel(client.getConnection());
    try {
      channel.open();
      return channel;
    } catch (SSHException failed) {
      channel.leave();
      throw failed;
    }
  }

  /** Opens a tunnel to a port that the host can connect to. */
  Wire tunnel(String host, int port) throws IOException {
    DirectConnection channel = client.newDirectConnection(host, port);
    return new Wire(
        channel.getInputStream(), channel.getOutputStream(), () -> closeInBackground(channel));
  }

  private static void closeInBackground(DirectConnection channel) {
    Thread.ofVirtual()
        .name("ssh-hangup")
        .start(
            () -> {
              try {
                channel.close();
              } catch (SSHException alreadyBroken) {
                // The channel is closed with its connection.
              }
            });
  }

  /** Returns why deployctl has given up the connection, if it has. */
  public Optional<String> givenUp() {
    return Optional.ofNullable(givenUp);
  }

  /** Gives up a connection without an answer. Sends nothing, because that could block. */
  private void giveUp() {
    keepAlive.cancel(false);
    String why = "no answer for " + KeepAliveTimes.of(settings).total().toSeconds() + " s";
    givenUp = why;
    Thread.ofVirtual()
        .name("ssh-giveup")
        .start(
            () -> {
              Sockets.close(socket);
              client
                  .getTransport()
                  .die(new TransportException(DisconnectReason.CONNECTION_LOST, why));
            });
  }

  @Override
  public void close() {
    keepAlive.cancel(false);
    // A host that does not read must not delay the end of the program.
    Thread disconnecting = Thread.ofVirtual().name("ssh-disconnect").start(this::disconnect);
    try {
      disconnecting.join(Duration.ofSeconds(1));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      Sockets.close(socket);
    }
  }

  /**
   * Sends the disconnect message. The library can fail while the reader of a channel still uses its
   * buffers.
   */
  private void disconnect() {
    try {
      client.getTransport().disconnect();
    } catch (RuntimeException failed) {
      LOG.debug("The connection was closed without a disconnect message.", failed);
    }
  }
}
