package dev.deployctl.output;

import dev.deployctl.model.Host;
import dev.deployctl.rollout.HostOutcome;
import dev.deployctl.rollout.Release;
import dev.deployctl.rollout.RollbackPlan;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows what a rollback would do: which hosts go back, and from what to what. */
public final class RollbackPlanPrinter {
  private final Page page;

  public RollbackPlanPrinter(PrintWriter out, Terminal terminal) {
    page = new Page(out, terminal);
  }

  public void print(RollbackPlan plan) {
    Line heading =
        page.line()
            .add(Colour.STRONG, plan.app().name())
            .add("  takes back rollout " + plan.undone());
    if (plan.by() != null) {
      heading.add(" of " + plan.by());
    }
    if (plan.since() != null) {
      heading.add(", " + plan.since());
    }
    page.print(heading);
    moves(plan).forEach((move, hosts) -> page.items(page.line(move + "  "), ", ", lines(hosts)));
    if (!plan.untouched().isEmpty()) {
      page.items(page.line("stays as it is  "), ", ", lines(plan.untouched()));
    }
    if (!plan.unreachable().isEmpty()) {
      page.items(
          page.line().add(Colour.BAD, "out of reach  "),
          ", ",
          lines(plan.unreachable().stream().map(HostOutcome::host).toList()));
    }
    page.flush();
  }

  private static Map<String, List<Host>> moves(RollbackPlan plan) {
    Map<String, List<Host>> moves = new LinkedHashMap<>();
    for (Host host : plan.hosts()) {
      String move = label(plan.from().get(host.id())) + " → " + label(plan.to().get(host.id()));
      moves.computeIfAbsent(move, key -> new ArrayList<>()).add(host);
    }
    return moves;
  }

  private static String label(@org.jspecify.annotations.Nullable Release release) {
    return release == null ? "its kept release" : release.label();
  }

  private List<Line> lines(List<Host> hosts) {
    return hosts.stream().map(host -> page.line(host.name())).toList();
  }
}
