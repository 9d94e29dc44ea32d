package dev.deployctl.ssh.transport;

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
 * Sends a request at each interval, and gives up the connection after several intervals without an
 * answer. The keep-alive of the SSH library would block behind a write to a host that has stopped
 * reading.
 */
public final class KeepAlive {
  private final Connection connection;
  private final Duration timeout;
  private final Runnable giveUp;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile @Nullable Promise<SSHPacket, ConnectionException> answer;
  private volatile long lastAnswer = System.nanoTime();

  private KeepAlive(Connection connection, Duration timeout, Runnable giveUp) {
    this.connection = connection;
    this.timeout = timeout;
    this.giveUp = giveUp;
  }

  /**
   * Starts sending requests.
   *
   * @param giveUp runs at most once for each beat, on the scheduler's thread, and must not block
   */
  public static Future<?> start(
      Scheduler scheduler, Connection connection, KeepAliveTimes times, Runnable giveUp) {
    KeepAlive keepAlive = new KeepAlive(connection, times.total(), giveUp);
    return scheduler.every(times.interval(), keepAlive::beat);
  }

  private void beat() {
    Promise<SSHPacket, ConnectionException> asked = answer;
    if (asked != null && asked.isFulfilled()) {
      lastAnswer = System.nanoTime();
      answer = null;
      asked = null;
    }
    if (System.nanoTime() - lastAnswer >= timeout.toNanos()) {
      giveUp.run();
    } else if (asked == null && asking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("ssh-keepalive").start(this::ask);
    }
  }

  private void ask() {
    try {
      answer = connection.sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
    } catch (SSHException broken) {
      // The library reports it to the users of the connection; the next beats give up.
    } finally {
      asking.set(false);
    }
  }
}
