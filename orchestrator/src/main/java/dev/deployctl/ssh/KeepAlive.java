package dev.deployctl.ssh;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import net.schmizz.concurrent.Promise;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.Connection;
import net.schmizz.sshj.connection.ConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the host for a sign of life at each interval, and gives it up when none has come for the
 * time of several. The SSH library's own way waits behind a write that a host which stopped reading
 * never lets end.
 */
final class KeepAlive {
  private final Connection connection;
  private final Duration patience;
  private final Runnable giveUp;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile @Nullable Promise<SSHPacket, ConnectionException> answer;
  private volatile long lastSign = System.nanoTime();

  private KeepAlive(Connection connection, Duration patience, Runnable giveUp) {
    this.connection = connection;
    this.patience = patience;
    this.giveUp = giveUp;
  }

  /**
   * @param giveUp called at most once per beat, on the clock's thread: must not block
   */
  static Future<?> start(
      Clock clock, Connection connection, KeepAliveTimes times, Runnable giveUp) {
    KeepAlive keepAlive = new KeepAlive(connection, times.total(), giveUp);
    return clock.every(times.interval(), keepAlive::beat);
  }

  private void beat() {
    Promise<SSHPacket, ConnectionException> asked = answer;
    if (asked != null && asked.isFulfilled()) {
      lastSign = System.nanoTime();
      answer = null;
      asked = null;
    }
    if (System.nanoTime() - lastSign >= patience.toNanos()) {
      giveUp.run();
    } else if (asked == null && asking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("ssh-keepalive").start(this::ask);
    }
  }

  private void ask() {
    try {
      answer = connection.sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
    } catch (SSHException broken) {
      // Whoever uses the connection is told by the library; the next beats give it up.
    } finally {
      asking.set(false);
    }
  }
}
