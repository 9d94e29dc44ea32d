package dev.deployctl.output;

import dev.deployctl.event.BalancerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.OtherFields;
import java.util.List;

/** Events of a host that is being drained. */
public final class BalancerFixtures {
  private static final List<HostValues.BalancerChecks> CHECKS =
      List.of(new HostValues.BalancerChecks("10.0.1.5", 3));

  private BalancerFixtures() {}

  public static BalancerEvents.BalancerProgress progress() {
    return new BalancerEvents.BalancerProgress(
        1, 20_031, 4, 1L, 12_408, List.of(), OtherFields.NONE);
  }

  public static BalancerEvents.BalancerDrained drained(boolean safe) {
    return new BalancerEvents.BalancerDrained(
        2,
        "2026-11-23T03:04:05.000Z",
        "alice@laptop",
        safe,
        safe ? List.of() : List.of("1 requests are in progress"),
        4,
        safe ? 0L : 1L,
        30_011,
        CHECKS,
        List.of(new HostValues.AppRequests("blog", 4, List.of("192.0.2.1 (Mozilla)"))),
        OtherFields.NONE);
  }

  public static BalancerEvents.BalancerUndrained undrained() {
    return new BalancerEvents.BalancerUndrained(
        3, new HostValues.Drained("2026-11-23T03:04:05.000Z", "alice@laptop"), OtherFields.NONE);
  }
}
