package dev.deployctl.rollout;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides whether a host that stopped answering is called again, and waits between the calls. */
final class Reconnects {
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final int CONNECT_ATTEMPTS = 3;

  /** A lost connection mostly comes back: the inventory is asked only from this attempt on. */
  private static final int ASK_INVENTORY_FROM = 3;

  private final Ports ports;
  private final Host host;
  private final Duration timeout;
  private final Predicate<Host> gone;
  private @Nullable Instant silentSince;
  private boolean mayHaveBegun;
  private int attempts;

  /**
   * @param timeout how long a silent host is called again before it is given up
   * @param gone whether a host is known to be terminated: then it is not called again
   */
  Reconnects(Ports ports, Host host, Duration timeout, Predicate<Host> gone) {
    this.ports = ports;
    this.host = host;
    this.timeout = timeout;
    this.gone = gone;
  }

  /** Starts the timeout again, because the host has answered. */
  void heard() {
    silentSince = null;
  }

  /**
   * Waits for the next call. Returns null, or the end where there is no next one: unreachable where
   * nothing can have begun, else with {@code mayHaveRun}.
   */
  HostResult.@Nullable Unreachable next(HostResult.Unreachable lost) throws InterruptedException {
    attempts++;
    mayHaveBegun |= lost.mayHaveRun();
    if (!mayHaveBegun && attempts >= CONNECT_ATTEMPTS) {
      return lost;
    }
    silentSince = silentSince == null ? ports.timeline().now() : silentSince;
    if (isGivenUp(silentSince)) {
      return new HostResult.Unreachable(host, lost.reason(), null, true);
    }
    ports.tell(new RolloutEvent.Reattaching(host, attempts, lost.reason()));
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempts - 1, 6));
    ports.timeline().sleep(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    return null;
  }

  private boolean isGivenUp(Instant since) {
    return Duration.between(since, ports.timeline().now()).compareTo(timeout) >= 0
        || (attempts >= ASK_INVENTORY_FROM && gone.test(host));
  }
}
