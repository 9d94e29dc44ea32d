package dev.deployctl.placement;

import dev.deployctl.model.Host;
import dev.deployctl.placement.Placement.Share;
import dev.deployctl.placement.Placement.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Places containers one after another, by the rules of the scheduler of Docker's Swarm mode: only
 * on hosts with enough unreserved memory; of these in the group with the fewest containers of the
 * app, then on the host with the fewest; then where most memory is left.
 */
public final class Placer {
  private static final String ZONE = "zone";

  private final Demand demand;
  private final Map<HostCapacity, Integer> counts = new LinkedHashMap<>();
  private final Map<String, Integer> groups = new HashMap<>();

  private Placer(Demand demand) {
    this.demand = demand;
  }

  /** Places all containers, those that run now included, as if none ran. */
  public static Placement place(Demand demand, List<HostCapacity> hosts) {
    return new Placer(demand).over(hosts);
  }

  private Placement over(List<HostCapacity> hosts) {
    List<HostCapacity> able = hosts.stream().filter(capacity -> fits(capacity) > 0).toList();
    int unplaced = 0;
    for (int number = 0; number < demand.count(); number++) {
      Optional<HostCapacity> next = able.stream().filter(this::hasRoom).min(order());
      if (next.isEmpty()) {
        unplaced = demand.count() - number;
        break;
      }
      counts.merge(next.get(), 1, Integer::sum);
      groups.merge(group(next.get().host()), 1, Integer::sum);
    }
    List<Share> shares = new ArrayList<>();
    for (HostCapacity capacity : hosts) {
      int count = counts.getOrDefault(capacity, 0);
      shares.add(new Share(capacity, count, fits(capacity), verdict(capacity, count)));
    }
    return new Placement(demand, shares, unplaced);
  }

  private Comparator<HostCapacity> order() {
    return Comparator.<HostCapacity>comparingInt(
            capacity -> groups.getOrDefault(group(capacity.host()), 0))
        .thenComparingInt(capacity -> counts.getOrDefault(capacity, 0))
        .thenComparing(Comparator.<HostCapacity>comparingLong(this::left).reversed());
  }

  private Verdict verdict(HostCapacity capacity, int count) {
    if (count > 0) {
      return Verdict.CHOSEN;
    }
    if (capacity.unreserved() == null) {
      return Verdict.NOT_KNOWN;
    }
    return fits(capacity) == 0 ? Verdict.NO_ROOM : Verdict.NOT_NEEDED;
  }

  private boolean hasRoom(HostCapacity capacity) {
    return counts.getOrDefault(capacity, 0) < fits(capacity);
  }

  /** Returns how many containers the unreserved memory is enough for. */
  private long fits(HostCapacity capacity) {
    Long unreserved = capacity.unreserved();
    return unreserved == null ? 0 : Math.max(0, unreserved / demand.memory().bytes());
  }

  private long left(HostCapacity capacity) {
    Long unreserved = capacity.unreserved();
    return unreserved == null
        ? 0
        : unreserved - counts.getOrDefault(capacity, 0) * demand.memory().bytes();
  }

  /** Returns the value by which a host is grouped; all hosts without one are a group. */
  private String group(Host host) {
    String spread = demand.spread();
    if (spread == null) {
      return "";
    }
    if (spread.equals(ZONE)) {
      return host.zone();
    }
    SequencedSet<String> values = host.tags().get(spread);
    return values == null ? "" : String.join(",", values);
  }
}
