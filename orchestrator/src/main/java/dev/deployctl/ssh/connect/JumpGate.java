package dev.deployctl.ssh.connect;

import dev.deployctl.ssh.transport.Attempt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Limits the number of concurrent logins at one jump host. The limit is halved when the jump host
 * drops a connection, and grows again with successful ones.
 */
final class JumpGate {
  /** A gate without a limit. */
  static final JumpGate OPEN = new JumpGate(Integer.MAX_VALUE);

  /** Below the 10 logins from which OpenSSH drops connections with the default MaxStartups. */
  private static final int MAX = 8;

  /** A login that takes longer has succeeded at the jump host and waits for the target. */
  private static final long MAX_LOGIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long CHECK_MILLIS = 100;

  private final int most;
  private final Deque<Long> logins = new ArrayDeque<>();
  private int limit;
  private int successes;

  JumpGate() {
    this(MAX);
  }

  private JumpGate(int most) {
    this.most = most;
    limit = most;
  }

  /**
   * Waits until one more connection may be made.
   *
   * @return the pass to give to {@link #leave}
   */
  synchronized long enter(Attempt attempt) throws InterruptedException {
    if (most == Integer.MAX_VALUE) {
      return 0;
    }
    while (under() >= limit && !attempt.isEnded()) {
      wait(CHECK_MILLIS);
    }
    long now = System.nanoTime();
    logins.addLast(now);
    return now;
  }

  private int under() {
    long now = System.nanoTime();
    logins.removeIf(begun -> now - begun > MAX_LOGIN_NANOS);
    return logins.size();
  }

  /**
   * Ends an attempt.
   *
   * @param dropped whether the connection was dropped before the host's banner
   */
  synchronized void leave(long pass, boolean dropped) {
    logins.removeFirstOccurrence(pass);
    if (dropped) {
      limit = Math.max(1, limit / 2);
      successes = 0;
    } else if (limit < most && ++successes >= limit) {
      limit++;
      successes = 0;
    }
    notifyAll();
  }
}
