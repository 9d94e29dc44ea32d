package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.ssh.algorithms.HostKeyOffer;
import dev.deployctl.ssh.algorithms.Negotiation;
import dev.deployctl.ssh.transport.Attempt;
import dev.deployctl.ssh.transport.Deadline;
import dev.deployctl.ssh.transport.OneSocket;
import dev.deployctl.ssh.transport.Scheduler;
import dev.deployctl.ssh.transport.Sockets;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.schmizz.sshj.SSHClient;

/** Connects, exchanges keys, checks the host key, and runs the next step, all with one time-out. */
final class Handshake {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

  /** Two buffers of this size are reserved for each command. Events are shorter. */
  private static final int PACKET = 16 * 1024;

  /** Opens the transport of a connection. */
  @FunctionalInterface
  interface Transport {
    Socket open(Attempt attempt, Deadline deadline)
        throws IOException, ConnectFailedException, InterruptedException;
  }

  /** The step after the host is verified. */
  @FunctionalInterface
  interface Next<T> {
    T take(SSHClient client, Socket socket, Deadline deadline)
        throws IOException, ConnectFailedException;
  }

  /** The key of the host is not trusted. */
  static final class Untrusted extends Exception {
    private final transient HostKeyGate.Seen seen;

    Untrusted(HostKeyGate.Seen seen) {
      super("the host key is not trusted");
      this.seen = seen;
    }

    HostKeyGate.Seen seen() {
      return seen;
    }
  }

  private final Scheduler scheduler;
  private final ConnectFailures failures;
  private final Optional<Duration> timeout;

  Handshake(Scheduler scheduler, ConnectFailures failures, Optional<Duration> timeout) {
    this.scheduler = scheduler;
    this.failures = failures;
    this.timeout = timeout;
  }

  /**
   * Connects, and closes the connection unless {@code next} returns.
   *
   * @param knownTypes the key types to ask for first
   */
  <T> T run(
      HostSettings host,
      Transport transport,
      List<String> knownTypes,
      HostKeyGate.Judge judge,
      Attempt attempt,
      Next<T> next)
      throws ConnectFailedException, Untrusted, InterruptedException {
    Duration time =
        timeout.or(host::connectTimeout).filter(Duration::isPositive).orElse(DEFAULT_TIMEOUT);
    HostKeyOffer offer = new HostKeyOffer();
    HostKeyGate gate = new HostKeyGate(offer, judge);
    SSHClient client = new SSHClient(Negotiation.config(host, knownTypes, offer));
    Socket socket = null;
    boolean done = false;
    try (Deadline deadline = new Deadline(scheduler, time, attempt::timeIsUp)) {
      try {
        socket = transport.open(attempt, deadline);
        attempt.opened(socket);
        attempt.at(Attempt.Stage.BANNER);
        client.setSocketFactory(new OneSocket(socket));
        client.addHostKeyVerifier(gate);
        // The deadline ends the attempt, so the time-outs of the library must be longer.
        int limit = Math.clamp(time.toMillis() + 1000, 1000, Integer.MAX_VALUE);
        client.getTransport().setTimeoutMs(limit);
        client.getConnection().setTimeoutMs(limit);
        client.getConnection().setMaxPacketSize(PACKET);
        client.connect(host.hostName(), host.port());
        T result = next.take(client, socket, deadline);
        done = true;
        return result;
      } catch (IOException | RuntimeException failed) {
        Optional<HostKeyGate.Seen> seen = gate.seen();
        if (seen.isPresent() && !seen.get().verdict().trusted()) {
          throw new Untrusted(seen.get());
        }
        if (attempt.stage() == Attempt.Stage.BANNER && hasBanner(client)) {
          attempt.at(Attempt.Stage.KEY_EXCHANGE);
        }
        throw deadline.isOver()
            ? failures.late(host, attempt, time, failed)
            : failures.early(host, attempt, failed);
      }
    } finally {
      if (!done) {
        if (socket != null) {
          Sockets.close(socket);
        }
        client.getTransport().disconnect();
      }
    }
  }

  private static boolean hasBanner(SSHClient client) {
    try {
      return client.getTransport().getServerVersion() != null;
    } catch (StringIndexOutOfBoundsException cutShort) {
      return false; // the library cannot parse an empty line
    }
  }
}
