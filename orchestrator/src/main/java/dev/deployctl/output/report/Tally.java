package dev.deployctl.output.report;

import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.OutcomeKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts hosts by their outcome: {@code 1 failed, 1 updated, 4 untouched}. */
public final class Tally {
  /** More hosts than this are not named. */
  private static final int NAMED = 4;

  private Tally() {}

  public static String of(List<HostOutcome> outcomes, HostNames names) {
    Map<OutcomeKind, List<Host>> kinds = new EnumMap<>(OutcomeKind.class);
    for (HostOutcome outcome : outcomes) {
      kinds.computeIfAbsent(outcome.kind(), _ -> new ArrayList<>()).add(outcome.host());
    }
    List<String> parts = new ArrayList<>();
    kinds.forEach((kind, hosts) -> parts.add(part(kind, hosts, names)));
    return parts.isEmpty() ? "no hosts" : String.join(", ", parts);
  }

  private static String part(OutcomeKind kind, List<Host> hosts, HostNames names) {
    return hosts.size()
        + " "
        + kind.text()
        + (kind.isNamed() && hosts.size() <= NAMED ? " (" + names.of(hosts) + ")" : "");
  }
}
