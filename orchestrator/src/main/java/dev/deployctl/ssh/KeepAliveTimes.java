package dev.deployctl.ssh;

import dev.deployctl.openssh.HostSettings;
import java.time.Duration;

/** How often a host is asked for a sign of life, and how many it may owe. */
record KeepAliveTimes(Duration interval, int count) {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  /**
   * What ssh_config says. Where it says nothing, or 0, a host that is gone is noticed in 15
   * seconds: a rollout cannot wait for ever, as a person at a terminal may.
   */
  static KeepAliveTimes of(HostSettings settings) {
    Duration interval =
        settings.serverAliveInterval().filter(time -> !time.isZero()).orElse(DEFAULT_INTERVAL);
    return new KeepAliveTimes(interval, settings.serverAliveCountMax());
  }

  Duration total() {
    return interval.multipliedBy(Math.max(1, count));
  }
}
