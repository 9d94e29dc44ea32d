package dev.deployctl.rollout;

import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The warnings of many hosts as few sentences: what all of them say is said once. */
final class HostWarnings {
  private static final int NAMED = 3;

  private HostWarnings() {}

  /** The warnings of these hosts, in the order in which they were first given. */
  static List<String> of(List<HostPreflight.Fit> hosts) {
    Map<String, List<Host>> given = new LinkedHashMap<>();
    for (HostPreflight.Fit host : hosts) {
      host.warnings().stream()
          .distinct()
          .forEach(text -> given.computeIfAbsent(text, key -> new ArrayList<>()).add(host.host()));
    }
    List<String> texts = new ArrayList<>();
    given.forEach(
        (text, by) -> texts.add(by.size() == hosts.size() ? text : names(by) + ": " + text));
    return texts;
  }

  private static String names(List<Host> hosts) {
    String named = hosts.stream().limit(NAMED).map(Host::name).collect(Collectors.joining(", "));
    return hosts.size() > NAMED ? named + " and " + (hosts.size() - NAMED) + " more" : named;
  }
}
