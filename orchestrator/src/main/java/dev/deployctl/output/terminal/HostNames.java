package dev.deployctl.output.terminal;

import dev.deployctl.model.Host;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names of hosts that a person can tell apart: names in an inventory need not be unique. */
public final class HostNames {
  private static final int FEW = 5;

  private final Map<String, Integer> seen = new HashMap<>();

  public HostNames(Collection<Host> hosts) {
    hosts.forEach(host -> seen.merge(host.name(), 1, Integer::sum));
  }

  public String of(Host host) {
    return ambiguous(host) ? host.name() + " (" + host.id() + ")" : host.name();
  }

  /** Returns the name that {@code --hosts} accepts. */
  public String option(Host host) {
    return ambiguous(host) ? host.id() : host.name();
  }

  /** The names when they are few, else how many there are. */
  public String of(List<Host> hosts) {
    if (hosts.size() > FEW) {
      return hosts.size() + " hosts";
    }
    return String.join(", ", hosts.stream().map(this::of).toList());
  }

  private boolean ambiguous(Host host) {
    return seen.getOrDefault(host.name(), 0) > 1;
  }
}
