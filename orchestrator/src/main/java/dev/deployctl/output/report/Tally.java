package dev.deployctl.output.report;

import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.rollout.outcome.HostOutcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts hosts by what came of them: {@code 1 failed, 1 updated, 4 untouched}. */
public final class Tally {
  /** In the order in which a person wants to know. */
  private enum Kind {
    NOT_BACK("not taken back"),
    FAILED("failed"),
    UNKNOWN("unknown"),
    UNREACHABLE("not reached"),
    GONE("gone from the inventory"),
    BACK("taken back"),
    UPDATED("updated"),
    SKIPPED("already up to date"),
    UNTOUCHED("untouched");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private Tally() {}

  public static String of(List<HostOutcome> outcomes, HostNames names) {
    Map<Kind, List<Host>> kinds = new EnumMap<>(Kind.class);
    for (HostOutcome outcome : outcomes) {
      kinds.computeIfAbsent(kind(outcome), _ -> new ArrayList<>()).add(outcome.host());
    }
    List<String> parts = new ArrayList<>();
    kinds.forEach((kind, hosts) -> parts.add(part(kind, hosts, names)));
    return parts.isEmpty() ? "no hosts" : String.join(", ", parts);
  }

  private static String part(Kind kind, List<Host> hosts, HostNames names) {
    boolean named = kind == Kind.UNTOUCHED || kind == Kind.BACK || kind == Kind.GONE;
    return hosts.size()
        + " "
        + kind.word
        + (named && hosts.size() <= 4 ? " (" + names.of(hosts) + ")" : "");
  }

  private static Kind kind(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Updated _ -> Kind.UPDATED;
      case HostOutcome.Skipped _ -> Kind.SKIPPED;
      case HostOutcome.Failed _ -> Kind.FAILED;
      case HostOutcome.Unreachable _ -> Kind.UNREACHABLE;
      case HostOutcome.Unknown _ -> Kind.UNKNOWN;
      case HostOutcome.Gone _ -> Kind.GONE;
      case HostOutcome.Untouched _ -> Kind.UNTOUCHED;
      case HostOutcome.RolledBack _ -> Kind.BACK;
      case HostOutcome.RollbackFailed _ -> Kind.NOT_BACK;
    };
  }
}
