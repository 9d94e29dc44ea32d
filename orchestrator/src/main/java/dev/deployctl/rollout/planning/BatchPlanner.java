package dev.deployctl.rollout.planning;

import dev.deployctl.model.Amount;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.ZoneOrder;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lays hosts out in batches. The same hosts and settings give the same batches, whoever asks. */
public final class BatchPlanner {
  private BatchPlanner() {}

  /**
   * Batches over all hosts, each host in exactly one. Percentages are of all hosts, and at least
   * one host.
   */
  public static List<RolloutPlan.Batch> plan(List<Host> hosts, RolloutSettings settings) {
    return plan(hosts, settings, atLeastOne(settings.canary(), hosts.size()));
  }

  private static List<RolloutPlan.Batch> plan(
      List<Host> hosts, RolloutSettings settings, int canary) {
    List<List<Host>> lanes =
        settings.zones() == ZoneOrder.ONE_BY_ONE ? byZone(hosts) : List.of(spread(hosts));
    List<RolloutPlan.Batch> batches = new ArrayList<>();
    int step = 0;
    for (List<Host> lane : lanes) {
      int from = 0;
      if (batches.isEmpty() && canary > 0) {
        from = Math.min(canary, lane.size());
        batches.add(new RolloutPlan.Batch(lane.subList(0, from), true));
      }
      while (from < lane.size()) {
        List<Amount> sizes = settings.batchSizes();
        Amount size = sizes.get(Math.min(step++, sizes.size() - 1));
        int to = Math.min(lane.size(), from + Math.max(1, size.of(hosts.size())));
        batches.add(new RolloutPlan.Batch(lane.subList(from, to), false));
        from = to;
      }
    }
    return batches;
  }

  /**
   * Batches that begin with these hosts, which are the canary unless the settings have none; the
   * others follow in batches as usual.
   */
  public static List<RolloutPlan.Batch> after(
      List<Host> first, List<Host> others, RolloutSettings settings) {
    List<RolloutPlan.Batch> batches = new ArrayList<>();
    if (!first.isEmpty()) {
      int all = first.size() + others.size();
      batches.add(new RolloutPlan.Batch(first, atLeastOne(settings.canary(), all) > 0));
    }
    batches.addAll(plan(others, settings, 0));
    return batches;
  }

  /** A canary of 1 % of 20 hosts is still a canary; one of 0 is none. */
  private static int atLeastOne(Amount amount, int hosts) {
    boolean none = amount.of(100) == 0;
    return none || hosts == 0 ? 0 : Math.max(1, amount.of(hosts));
  }

  private static List<List<Host>> byZone(List<Host> hosts) {
    return List.copyOf(zones(hosts).values().stream().map(List::copyOf).toList());
  }

  /** A host of each zone in turn, so that every batch is spread as evenly as it can be. */
  private static List<Host> spread(List<Host> hosts) {
    List<Deque<Host>> zones = new ArrayList<>(zones(hosts).values());
    List<Host> order = new ArrayList<>();
    while (order.size() < hosts.size()) {
      for (Deque<Host> zone : zones) {
        Host next = zone.poll();
        if (next != null) {
          order.add(next);
        }
      }
    }
    return order;
  }

  private static Map<String, Deque<Host>> zones(List<Host> hosts) {
    SortedMap<String, Deque<Host>> zones = new TreeMap<>();
    hosts.forEach(host -> zones.computeIfAbsent(host.zone(), zone -> new ArrayDeque<>()).add(host));
    return zones;
  }
}
