package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.ssh.connect.ConnectFailedException.Retry;
import dev.deployctl.ssh.transport.Attempt;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Repeats attempts to connect where another try can succeed, after growing pauses. */
final class Retries {
  /** Makes one attempt. */
  @FunctionalInterface
  interface Call<T> {
    T connect() throws ConnectFailedException, InterruptedException;
  }

  private static final int BUSY_TRIES = 5;

  /** More tries at a jump host, which has the connections of other people as well. */
  private static final int JUMP_TRIES = 7;

  private static final int FIRST_WAIT_MILLIS = 150;
  private static final int LONGEST_WAIT_MILLIS = 5000;
  private static final int CONFIGURED_WAIT_MILLIS = 1000;

  private final HostSettings host;
  private final JumpGate gate;
  private final int busyTries;

  /**
   * @param hop whether this is a jump host
   * @param gate limits the number of concurrent attempts
   */
  Retries(HostSettings host, boolean hop, JumpGate gate) {
    this.host = host;
    this.gate = gate;
    busyTries = hop || host.proxyCommand().isPresent() ? JUMP_TRIES : BUSY_TRIES;
  }

  /** Runs the call until it succeeds, fails permanently, or the number of tries is reached. */
  <T> T run(Attempt attempt, Call<T> call) throws ConnectFailedException, InterruptedException {
    long start = System.nanoTime();
    for (int turn = 1; ; turn++) {
      try {
        return once(attempt, call);
      } catch (ConnectFailedException failed) {
        if (turn >= tries(failed.retry())) {
          throw failed.retry() == Retry.AS_BUSY ? exhausted(failed, turn, start) : failed;
        }
        Thread.sleep(pause(failed.retry(), turn));
        if (attempt.isEnded()) {
          throw failed;
        }
        attempt.again();
      }
    }
  }

  private <T> T once(Attempt attempt, Call<T> call)
      throws ConnectFailedException, InterruptedException {
    long pass = gate.enter(attempt);
    boolean dropped = false;
    try {
      return call.connect();
    } catch (ConnectFailedException failed) {
      dropped = failed.retry() == Retry.AS_BUSY;
      throw failed;
    } finally {
      gate.leave(pass, dropped);
    }
  }

  private int tries(Retry retry) {
    return switch (retry) {
      case NEVER -> 1;
      case AS_BUSY -> busyTries;
      case AS_CONFIGURED -> host.connectionAttempts();
    };
  }

  /** A busy sshd drops connections at random, so the pauses are random, too. */
  private static long pause(Retry retry, int turn) {
    if (retry == Retry.AS_CONFIGURED) {
      return CONFIGURED_WAIT_MILLIS;
    }
    long most = Math.min((long) FIRST_WAIT_MILLIS << turn, LONGEST_WAIT_MILLIS);
    return ThreadLocalRandom.current().nextLong(most / 2, most);
  }

  private static ConnectFailedException exhausted(
      ConnectFailedException failed, int turns, long start) {
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    return new ConnectFailedException(
        failed.reason() + "; tried " + turns + " times in " + seconds + " s",
        failed.hint(),
        Retry.NEVER,
        failed);
  }
}
