package dev.deployctl.fleet.command;

import java.time.Duration;

/** Calls of the host script that concern load balancers. */
public final class BalancerCommands {
  private BalancerCommands() {}

  /**
   * Tells load balancers to send the host no more requests.
   *
   * @param wait how long the host waits for the end of the requests
   * @param by who drains it, in characters that hosts take
   */
  public static HostCommand drain(Duration wait, String by) {
    return HostCommand.of(HostVerb.DRAIN).option("wait", wait.toSeconds()).option("by", by);
  }

  /** Tells load balancers to send the host requests again. */
  public static HostCommand undrain() {
    return HostCommand.of(HostVerb.UNDRAIN);
  }
}
