package dev.deployctl.ssh.transport;

import dev.deployctl.openssh.config.HostSettings;
import java.time.Duration;

/** The interval of keep-alive requests, and the number that may stay unanswered. */
public record KeepAliveTimes(Duration interval, int count) {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
  private static final int DEFAULT_COUNT = 3;

  /**
   * Returns the times of ssh_config. Without them, or with 0, a lost host is detected after 15
   * seconds, because a rollout cannot wait forever.
   */
  public static KeepAliveTimes of(HostSettings settings) {
    Duration interval =
        settings.serverAliveInterval().filter(time -> !time.isZero()).orElse(DEFAULT_INTERVAL);
    int count = settings.serverAliveCountMax();
    return new KeepAliveTimes(interval, count > 0 ? count : DEFAULT_COUNT);
  }

  public Duration total() {
    return interval.multipliedBy(count);
  }
}
