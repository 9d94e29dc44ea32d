package dev.deployctl.rollout;

import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Warnings of the hosts' preflights, each text once with the hosts that gave it. */
final class HostWarnings {
  private static final int FEW = 3;

  private final Map<String, List<String>> hosts = new LinkedHashMap<>();

  void add(Host host, List<String> warnings) {
    warnings.forEach(text -> hosts.computeIfAbsent(text, _ -> new ArrayList<>()).add(host.name()));
  }

  List<String> lines() {
    return hosts.entrySet().stream()
        .map(one -> names(one.getValue()) + ": " + one.getKey())
        .toList();
  }

  private static String names(List<String> names) {
    return names.size() > FEW
        ? String.join(", ", names.subList(0, FEW)) + " and " + (names.size() - FEW) + " more"
        : String.join(", ", names);
  }
}
