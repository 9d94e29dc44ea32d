package dev.deployctl.output.tables;

import dev.deployctl.event.EnvEvents.EnvEdited;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.model.VariableName;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Prints what hosts answered to a change of a variable. */
public final class EnvAnswers {
  private final Page page;
  private final boolean json;
  private final FleetAnswers answers;

  public EnvAnswers(PrintWriter out, Terminal terminal, boolean json) {
    this.page = new Page(out, terminal);
    this.json = json;
    this.answers = new FleetAnswers(out, terminal, json);
  }

  /** Prints why no host was changed. Returns the exit code, which the caller knows. */
  public int refused(VariableName name, List<HostResult> refusals, List<Host> hosts, int exit) {
    if (json) {
      answers.print(refusals, "");
    } else {
      answers.problems(refusals);
    }
    answers.say(name + " was not changed on any host.");
    answers.leaveOut(refusals, hosts);
    return exit;
  }

  /**
   * Prints the result on each host.
   *
   * @param absent hosts that are unreachable and share the source with these
   */
  public void print(VariableName name, List<HostResult> results, List<HostResult> absent) {
    if (json) {
      answers.print(results, "");
      return;
    }
    HostNames names = new HostNames(results.stream().map(HostResult::host).toList());
    Map<String, List<HostResult>> done = new LinkedHashMap<>();
    for (HostResult result : results) {
      edits(result)
          .forEach(
              edit ->
                  done.computeIfAbsent(sentence(name, edit), _ -> new ArrayList<>()).add(result));
    }
    done.forEach(
        (sentence, hosts) ->
            page.words(
                page.line(" ").add(Colour.GOOD, "✓ "),
                sentence + " by " + names.of(hosts.stream().map(HostResult::host).toList())));
    results.stream()
        .flatMap(EnvAnswers::edits)
        .flatMap(edit -> edit.warnings().stream())
        .distinct()
        .forEach(text -> page.words(page.line(" ").add(Colour.WARN, "! "), text));
    page.flush();
    List<HostResult> failed =
        results.stream().filter(result -> !(result instanceof HostResult.Answered)).toList();
    answers.problems(failed);
    if (!failed.isEmpty()) {
      answers.say(
          name
              + " was not changed on "
              + Wording.count(failed.size(), "host")
              + " of "
              + results.size()
              + ". The same command again completes it.");
    }
    if (!absent.isEmpty()) {
      answers.say(
          Wording.count(absent.size(), "host")
              + " did not answer, and will read the change with the next deploy or restart.");
    }
  }

  private static String sentence(VariableName name, EnvEdited edit) {
    String where = Objects.requireNonNullElse(edit.where(), edit.source());
    String still = edit.still();
    return switch (edit.outcome()) {
          case "set" -> name + " was set in " + where;
          case "unset" -> name + " was removed from " + where;
          default -> name + " is not set in " + where;
        }
        + (still == null ? "" : "; it is still set by " + still + ",");
  }

  /** Returns whether no host has changed anything. */
  public boolean changedNothing(List<HostResult> results) {
    return results.stream()
        .flatMap(EnvAnswers::edits)
        .allMatch(edit -> edit.outcome().equals("unchanged"));
  }

  private static Stream<EnvEdited> edits(HostResult result) {
    return result instanceof HostResult.Answered answered
        ? answered.events(EnvEdited.class).stream()
        : Stream.empty();
  }
}
