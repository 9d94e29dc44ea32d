package dev.deployctl.output.tables;

import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RollbackPlan;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows what a rollback would do: which hosts go back, and from what to what. */
public final class RollbackPlanPrinter {
  private final Page page;

  public RollbackPlanPrinter(PrintWriter out, Terminal terminal) {
    page = new Page(out, terminal);
  }

  public void print(RollbackPlan plan) {
    HostNames names = new HostNames(everyHost(plan));
    String by = plan.by();
    String since = plan.since();
    page.words(
        page.line().add(Colour.STRONG, plan.app().name()).add("  "),
        "rolls back rollout "
            + plan.undone()
            + (by == null ? "" : " of " + by)
            + (since == null ? "" : ", " + Times.text(since) + " UTC"));
    moves(plan)
        .forEach((move, hosts) -> page.words(label("back"), move + " on " + every(names, hosts)));
    if (!plan.untouched().isEmpty()) {
      page.words(label("untouched"), every(names, plan.untouched()));
    }
    for (HostOutcome.Unreachable out : plan.unreachable()) {
      page.words(
          label("left out").add(Colour.BAD, names.of(out.host()) + ": "),
          "unreachable: " + out.reason());
    }
    plan.warnings().forEach(warning -> page.words(label("warning"), Colour.WARN, warning));
    page.flush();
  }

  private static Map<String, List<Host>> moves(RollbackPlan plan) {
    Map<String, List<Host>> moves = new LinkedHashMap<>();
    for (Host host : plan.hosts()) {
      String move = text(plan.from().get(host.id())) + " → " + text(plan.to().get(host.id()));
      moves.computeIfAbsent(move, _ -> new ArrayList<>()).add(host);
    }
    return moves;
  }

  private static String text(@Nullable Release release) {
    return release == null ? "its kept release" : Wording.release(release);
  }

  /** By name, however many: these are the hosts that will change. */
  private static String every(HostNames names, List<Host> hosts) {
    return String.join(", ", hosts.stream().map(names::of).toList());
  }

  private static List<Host> everyHost(RollbackPlan plan) {
    return Stream.of(
            plan.hosts().stream(),
            plan.untouched().stream(),
            plan.unreachable().stream().map(HostOutcome::host))
        .flatMap(hosts -> hosts)
        .toList();
  }

  private Line label(String word) {
    return page.line(" ").add(Colour.FAINT, word).to(12);
  }
}
