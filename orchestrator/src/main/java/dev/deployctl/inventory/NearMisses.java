package dev.deployctl.inventory;

import dev.deployctl.fleet.Inventory.NearMiss;
import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Explains which conditions the hosts that were left out do not meet, nearest misses first. */
public final class NearMisses {
  public static final Comparator<NearMiss> NEAREST_FIRST =
      Comparator.<NearMiss>comparingInt(miss -> miss.failed().size())
          .thenComparing(NearMiss::host, HostOrder.STABLE);

  private NearMisses() {}

  static List<NearMiss> among(List<Host> hosts, TagQuery query) {
    return hosts.stream()
        .map(host -> new NearMiss(host, failed(host, query)))
        .filter(miss -> !miss.failed().isEmpty() && isNear(miss.host(), query))
        .sorted(NEAREST_FIRST)
        .toList();
  }

  /** Returns the conditions of the query that a host does not meet, as text. */
  public static List<String> failed(Host host, TagQuery query) {
    List<String> failed = new ArrayList<>();
    query
        .tags()
        .forEach(
            (key, values) -> {
              if (!query.matches(host, key)) {
                failed.add(wanted(host, key, values));
              }
            });
    query
        .excluded()
        .keySet()
        .forEach(
            key -> {
              if (query.excludes(host, key)) {
                failed.add("has " + key + "=" + join(host, key) + ", which is excluded");
              }
            });
    return failed;
  }

  private static String wanted(Host host, String key, List<String> values) {
    String wanted = key + "=" + String.join(",", values);
    if (host.tags().containsKey(key)) {
      return "has " + key + "=" + join(host, key) + ", not " + wanted;
    }
    return host.tags().keySet().stream()
        .filter(key::equalsIgnoreCase)
        .findFirst()
        .map(other -> "has a tag " + other + ", not " + key + ": tags are case-sensitive")
        .orElse("has no tag " + key + ", " + wanted + " is asked for");
  }

  private static String join(Host host, String key) {
    return String.join(",", host.tags().getOrDefault(key, new java.util.LinkedHashSet<>()));
  }

  /** Returns whether a host meets one condition, or has the only requested tag with any value. */
  public static boolean isNear(Host host, TagQuery query) {
    Map<String, List<String>> wanted = query.tags();
    if (wanted.keySet().stream().anyMatch(key -> query.matches(host, key))) {
      return true;
    }
    return wanted.size() <= 1
        && wanted.keySet().stream()
            .allMatch(key -> host.tags().keySet().stream().anyMatch(key::equalsIgnoreCase));
  }
}
