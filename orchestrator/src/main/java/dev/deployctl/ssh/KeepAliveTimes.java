package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
import java.time.Duration;

/** How often a host is asked for a sign of life, and how many it may owe. */
record KeepAliveTimes(Duration interval, int count) {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
  private static final int DEFAULT_COUNT = 3;

  /**
   * What ssh_config says. Where it says nothing, or 0, a host that is gone is noticed in 15
   * seconds: a rollout cannot wait for ever, as a person at a terminal may.
   */
  static KeepAliveTimes of(HostSettings settings) {
    Duration interval =
        settings.serverAliveInterval().filter(time -> !time.isZero()).orElse(DEFAULT_INTERVAL);
    int count = settings.serverAliveCountMax();
    return new KeepAliveTimes(interval, count > 0 ? count : DEFAULT_COUNT);
  }

  Duration total() {
    return interval.multipliedBy(count);
  }
}
