package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of draining a host, so that load balancers send it no more requests. */
public interface BalancerEvents {
  /**
   * The requests that arrive at a host that is being drained.
   *
   * @param requests how many have ended since the call began
   * @param active how many nginx has in hand; null where it does not say
   * @param quietMs how long there was neither
   * @param checks the load balancers that were told to send no more
   */
  record BalancerProgress(
      long seq,
      long waitedMs,
      long requests,
      @Nullable Long active,
      long quietMs,
      List<BalancerChecks> checks,
      OtherFields others)
      implements HostEvent {
    public BalancerProgress {
      checks = List.copyOf(checks);
    }
  }

  /**
   * The host is drained.
   *
   * @param safe whether no requests arrive any more
   * @param reasons why it is not safe, as sentences
   * @param apps what arrived since the call began
   */
  record BalancerDrained(
      long seq,
      @Nullable String since,
      @Nullable String by,
      boolean safe,
      List<String> reasons,
      long requests,
      @Nullable Long active,
      long quietMs,
      List<BalancerChecks> checks,
      List<AppRequests> apps,
      OtherFields others)
      implements HostEvent {
    public BalancerDrained {
      reasons = List.copyOf(reasons);
      checks = List.copyOf(checks);
      apps = List.copyOf(apps);
    }
  }

  /**
   * Load balancers are told to send requests again.
   *
   * @param was the drain that ended, or null
   */
  record BalancerUndrained(long seq, @Nullable Drained was, OtherFields others)
      implements HostEvent {}
}
