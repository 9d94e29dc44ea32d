package dev.deployctl.rollout;

import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Warnings of the hosts' preflights, each text once with the hosts that gave it. */
final class HostWarnings {
  private static final int FEW = 3;

  private final Map<String, List<String>> hosts = new LinkedHashMap<>();

  /** Asks hosts for the warnings of a preflight; a host that is not ready gives none. */
  static HostWarnings ask(FleetCall call, App app, List<Host> hosts, int parallelism)
      throws InterruptedException {
    HostWarnings warnings = new HostWarnings();
    for (HostResult result : call.ask(hosts, HostCommand.preflight(app), parallelism)) {
      if (result instanceof HostResult.Answered answered) {
        warnings.add(answered.host(), ReadyHost.of(answered).answer().warnings());
      }
    }
    return warnings;
  }

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
