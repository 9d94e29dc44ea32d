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

/**
 * Warnings from the hosts' preflights: each text once with the hosts that gave it, and hosts that
 * answered with one id.
 */
final class HostWarnings {
  private static final int FEW = 3;

  private final Map<String, List<String>> hosts = new LinkedHashMap<>();
  private final Map<String, List<Host>> ids = new LinkedHashMap<>();

  /** Asks hosts for the warnings of a preflight; a host that is not ready gives none. */
  static HostWarnings ask(FleetCall call, App app, List<Host> hosts, int parallelism)
      throws InterruptedException {
    HostWarnings warnings = new HostWarnings();
    for (HostResult result : call.ask(hosts, HostCommand.preflight(app), parallelism)) {
      if (result instanceof HostResult.Answered answered) {
        warnings.add(ReadyHost.of(answered));
      }
    }
    return warnings;
  }

  void add(ReadyHost ready) {
    Host host = ready.host();
    for (String text : ready.answer().warnings()) {
      hosts.computeIfAbsent(text, _ -> new ArrayList<>()).add(host.name());
    }
    String id = ready.answer().hostId();
    if (id != null) {
      ids.computeIfAbsent(id, _ -> new ArrayList<>()).add(host);
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    hosts.forEach((text, names) -> lines.add(names(names) + ": " + text));
    lines.addAll(SameMachine.withOneId(ids.values()));
    return lines;
  }

  /** Returns the names in one line, the first few of many. */
  static String names(List<String> names) {
    return names.size() > FEW
        ? String.join(", ", names.subList(0, FEW)) + " and " + (names.size() - FEW) + " more"
        : String.join(", ", names);
  }
}
