package dev.deployctl.ssh;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Limits the connections that are made at once through one jump host. The limit is halved when the
 * jump host drops one, and grows again with those that succeed.
 */
final class JumpGate {
  /** A gate that holds nobody up. */
  static final JumpGate OPEN = new JumpGate(Integer.MAX_VALUE);

  /** Below the 10 logins at which OpenSSH's default MaxStartups begins to drop connections. */
  private static final int MOST = 8;

  /** A login at the jump host that takes longer has ended, or waits for the target. */
  private static final long LONGEST_LOGIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOOK_AGAIN_MILLIS = 100;

  private final int most;
  private final Deque<Long> logins = new ArrayDeque<>();
  private int limit;
  private int successes;

  JumpGate() {
    this(MOST);
  }

  private JumpGate(int most) {
    this.most = most;
    limit = most;
  }

  /**
   * Waits until one more connection may be made.
   *
   * @return what {@link #leave} takes
   */
  synchronized long enter(Attempt attempt) throws InterruptedException {
    if (most == Integer.MAX_VALUE) {
      return 0;
    }
    while (under() >= limit && !attempt.isEnded()) {
      wait(LOOK_AGAIN_MILLIS);
    }
    long now = System.nanoTime();
    logins.addLast(now);
    return now;
  }

  private int under() {
    long now = System.nanoTime();
    logins.removeIf(begun -> now - begun > LONGEST_LOGIN_NANOS);
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
