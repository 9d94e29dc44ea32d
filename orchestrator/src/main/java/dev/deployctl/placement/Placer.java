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
  private final Map<HostRoom, Integer> counts = new LinkedHashMap<>();
  private final Map<String, Integer> groups = new HashMap<>();

  private Placer(Demand demand) {
    this.demand = demand;
  }

  /** Places all containers anew, those that run now included. */
  public static Placement place(Demand demand, List<HostRoom> rooms) {
    return new Placer(demand).over(rooms);
  }

  private Placement over(List<HostRoom> rooms) {
    List<HostRoom> able = rooms.stream().filter(room -> fits(room) > 0).toList();
    int unplaced = 0;
    for (int number = 0; number < demand.count(); number++) {
      Optional<HostRoom> next = able.stream().filter(this::hasRoom).min(order());
      if (next.isEmpty()) {
        unplaced = demand.count() - number;
        break;
      }
      counts.merge(next.get(), 1, Integer::sum);
      groups.merge(group(next.get().host()), 1, Integer::sum);
    }
    List<Share> shares = new ArrayList<>();
    for (HostRoom room : rooms) {
      int count = counts.getOrDefault(room, 0);
      shares.add(new Share(room, count, fits(room), verdict(room, count)));
    }
    return new Placement(demand, shares, unplaced);
  }

  private Comparator<HostRoom> order() {
    return Comparator.<HostRoom>comparingInt(room -> groups.getOrDefault(group(room.host()), 0))
        .thenComparingInt(room -> counts.getOrDefault(room, 0))
        .thenComparing(Comparator.<HostRoom>comparingLong(this::left).reversed());
  }

  private Verdict verdict(HostRoom room, int count) {
    if (count > 0) {
      return Verdict.CHOSEN;
    }
    if (room.unreserved() == null) {
      return Verdict.NOT_KNOWN;
    }
    return fits(room) == 0 ? Verdict.NO_ROOM : Verdict.NOT_NEEDED;
  }

  private boolean hasRoom(HostRoom room) {
    return counts.getOrDefault(room, 0) < fits(room);
  }

  /** Returns how many containers the unreserved memory is enough for. */
  private long fits(HostRoom room) {
    Long unreserved = room.unreserved();
    return unreserved == null ? 0 : Math.max(0, unreserved / demand.memory().bytes());
  }

  private long left(HostRoom room) {
    Long unreserved = room.unreserved();
    return unreserved == null
        ? 0
        : unreserved - counts.getOrDefault(room, 0) * demand.memory().bytes();
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
