package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
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

/** A connection that is logged in; shared by all who need the host. */
final class SshConnection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.deployctl.ssh");

  private final HostSettings settings;
  private final SSHClient client;
  private final Socket socket;
  private final Future<?> keepAlive;
  private volatile @Nullable String givenUp;

  SshConnection(HostSettings settings, SSHClient client, Socket socket, Clock clock) {
    this.settings = settings;
    this.client = client;
    this.socket = socket;
    keepAlive =
        KeepAlive.start(clock, client.getConnection(), KeepAliveTimes.of(settings), this::giveUp);
  }

  HostSettings settings() {
    return settings;
  }

  boolean alive() {
    return client.getTransport().isRunning();
  }

  /** A session that is open, but runs nothing yet. */
  CommandChannel openSession() throws SSHException {
    CommandChannel channel = new CommandChannel(client.getConnection());
    try {
      channel.open();
      return channel;
    } catch (SSHException failed) {
      channel.leave();
      throw failed;
    }
  }

  /** Two streams to a port as the host sees it, for the next hop. */
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
                // Then it is closed.
              }
            });
  }

  /** Why this side has given the connection up, if it has. */
  Optional<String> givenUp() {
    return Optional.ofNullable(givenUp);
  }

  /** Gives up a connection whose other end does not answer: nothing is sent, so nothing blocks. */
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
    // Saying goodbye is polite, but a host that reads no more must not keep us.
    Thread goodbye = Thread.ofVirtual().name("ssh-goodbye").start(this::sayGoodbye);
    try {
      goodbye.join(Duration.ofSeconds(1));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      Sockets.close(socket);
    }
  }

  /**
   * The library may trip over its own buffers while the reader of a channel still writes to them.
   */
  private void sayGoodbye() {
    try {
      client.getTransport().disconnect();
    } catch (RuntimeException failed) {
      LOG.debug("The connection was closed without a goodbye.", failed);
    }
  }
}
