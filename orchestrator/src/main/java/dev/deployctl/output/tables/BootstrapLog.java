package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.bootstrap.HostPlan;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Prints what bootstrap will do, does and has done, host by host. */
public final class BootstrapLog {
  private static final int NOTHING_DONE = 3;

  private final Page page;
  private final HostNames names;
  private final @Nullable JsonLines json;

  /**
   * @param hosts all of this run, to tell them apart by name
   */
  public BootstrapLog(PrintWriter out, Terminal terminal, boolean json, List<Host> hosts) {
    this.page = new Page(out, terminal);
    this.names = new HostNames(hosts);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
  }

  /**
   * A command to run next.
   *
   * @param purpose what it is for, in a few words
   */
  public record Step(String command, String purpose) {}

  /** Prints the hosts on which nothing can be done. */
  public void problems(List<HostPlan> plans) {
    for (HostPlan plan : plans) {
      if (plan.isPossible()) {
        continue;
      }
      if (json != null) {
        json.write("host.bootstrap", object(plan.result()));
      } else {
        problem(plan.result());
      }
    }
    page.flush();
  }

  /** Prints what will be done, hosts with the same plan together. */
  public void plan(List<HostPlan> plans) {
    Map<List<List<String>>, List<Host>> same = new LinkedHashMap<>();
    for (HostPlan plan : plans) {
      same.computeIfAbsent(List.of(plan.changes(), plan.notes()), _ -> new ArrayList<>())
          .add(plan.host());
    }
    same.forEach(
        (plan, hosts) -> {
          page.items(
              page.line("On "),
              ", ",
              hosts.stream().map(host -> page.line(names.of(host))).toList());
          plan.getFirst().forEach(change -> page.words(page.line("  - "), change));
          plan.getLast().forEach(note -> page.words(page.line("  ! "), Colour.FAINT, note));
        });
    page.flush();
  }

  /** Prints what is being done on a host, for a person who waits for it. */
  public synchronized void progress(Host host, String what) {
    if (json == null) {
      page.print(page.line("   ").add(Colour.FAINT, names.of(host) + "  " + what));
      page.flush();
    }
  }

  /** Prints the result of one host. Hosts end at the same time. */
  public synchronized void print(Bootstrap.Installation installation) {
    HostResult result = installation.result();
    if (json != null) {
      json.write("host.bootstrap", object(installation));
    } else if (result instanceof HostResult.Answered) {
      String name = names.of(result.host());
      page.print(page.line(" ").add(Colour.GOOD, "✓ ").add(name + "  " + text(installation)));
    } else {
      problem(result);
    }
    page.flush();
  }

  private static String text(Bootstrap.Installation installation) {
    String before = installation.plan().before();
    String now = installation.version();
    if (before == null) {
      return "installed " + now;
    }
    return before.equals(now) ? now + ", reinstalled" : before + " → " + now;
  }

  private void problem(HostResult result) {
    page.words(
        page.line(" ").add(Colour.BAD, "✗ ").add(names.of(result.host()) + "  "),
        Objects.requireNonNull(result.problem()));
    if (result instanceof HostResult.Refused refused && refused.error().state() != null) {
      page.words(page.line("     "), refused.error().state());
    }
    String hint = result.hint();
    if (hint != null) {
      page.words(page.line("     "), Colour.FAINT, hint);
    }
  }

  /** Prints the commands to run next. */
  public void next(List<Step> steps) {
    if (json != null) {
      return;
    }
    int width = steps.stream().mapToInt(step -> step.command().length()).max().orElse(0);
    page.print(page.line("Next:"));
    for (Step step : steps) {
      page.print(page.line("  " + step.command()).to(width + 4).add(Colour.FAINT, step.purpose()));
    }
    page.flush();
  }

  /** Prints that the user declined; returns the exit code of that. */
  public int nothingTouched() {
    if (json == null) {
      page.print(page.line("Nothing was touched."));
      page.flush();
    }
    return NOTHING_DONE;
  }

  private static ObjectNode object(Bootstrap.Installation installation) {
    ObjectNode object = object(installation.result());
    if (installation.result() instanceof HostResult.Answered) {
      object.put("before", installation.plan().before()).put("version", installation.version());
    }
    ArrayNode changes = object.putArray("changes");
    installation.plan().changes().forEach(changes::add);
    return object;
  }

  private static ObjectNode object(HostResult result) {
    ObjectNode object = Json.object();
    object.set("host", Json.host(result.host()));
    object.put("ok", result instanceof HostResult.Answered);
    switch (result) {
      case HostResult.Answered _ -> {}
      case HostResult.Refused refused ->
          object
              .put("message", refused.error().message())
              .put("state", refused.error().state())
              .put("hint", refused.error().hint());
      case HostResult.Unreachable lost ->
          object.put("message", lost.reason()).put("hint", lost.hint());
    }
    return object;
  }
}
