package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.ApplyEvents.ApplyFile;
import dev.deployctl.event.ApplyEvents.ApplyFinished;
import dev.deployctl.event.EventJson;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.TransactionEvents.Warning;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Wording;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what an apply would change, and what it has changed: hosts with the same answer once. */
public final class ApplyLog {
  private static final int COMMIT = 12;
  private static final int NOTHING_DONE = 3;

  private final Page page;
  private final @Nullable JsonLines json;

  public ApplyLog(PrintWriter out, Terminal terminal, boolean json) {
    this.page = new Page(out, terminal);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
  }

  /** Prints where the files come from. */
  public void origin(String directory, @Nullable String commit, boolean dirty) {
    say(
        "Files of "
            + directory
            + (commit == null ? ", which is in no git repository" : " at commit " + label(commit))
            + (dirty ? ", with changes that are not committed" : ""));
  }

  static String label(String commit) {
    return commit.length() > COMMIT ? commit.substring(0, COMMIT) : commit;
  }

  /** Prints a sentence for people. */
  public void say(String sentence) {
    if (json == null) {
      page.words(page.line(), sentence);
      page.flush();
    }
  }

  /** Prints what hosts answered to the check, those that refuse last. */
  public void checked(List<HostResult> results) {
    if (json != null) {
      results.forEach(result -> json.write("host.apply", object(result)));
      return;
    }
    HostNames names = names(results);
    Map<ApplyDiff, List<Host>> same = new LinkedHashMap<>();
    for (HostResult result : results) {
      if (result instanceof HostResult.Answered answered) {
        same.computeIfAbsent(ApplyDiff.of(answered), _ -> new ArrayList<>()).add(result.host());
      }
    }
    same.forEach((diff, hosts) -> diff.print(page, names(hosts, names)));
    problems(results, names);
    page.flush();
  }

  /** Prints what hosts have done. */
  public void applied(List<HostResult> results) {
    if (json != null) {
      results.forEach(result -> json.write("host.apply", object(result)));
      return;
    }
    HostNames names = names(results);
    for (HostResult result : results) {
      if (result instanceof HostResult.Answered answered) {
        int changed = answered.events(ApplyFinished.class).getLast().changed();
        page.print(
            page.line(" ")
                .add(Colour.GOOD, "✓ ")
                .add(names.of(result.host()) + "  ")
                .add(changed == 0 ? "unchanged" : Wording.count(changed, "file") + " changed"));
      }
    }
    problems(results, names);
    page.flush();
  }

  /** Prints that the user declined; returns the exit code of that. */
  public int nothingTouched() {
    say("Nothing was touched.");
    return NOTHING_DONE;
  }

  /** A reason for which hosts did not do it. */
  private record Problem(String message, @Nullable String state, @Nullable String hint) {
    static @Nullable Problem of(HostResult result) {
      return switch (result) {
        case HostResult.Answered _ -> null;
        case HostResult.Refused refused -> {
          HostError error = refused.error();
          yield new Problem(error.message(), error.state(), error.hint());
        }
        case HostResult.Unreachable lost -> new Problem(lost.reason(), null, lost.hint());
      };
    }
  }

  private void problems(List<HostResult> results, HostNames names) {
    Map<Problem, List<Host>> same = new LinkedHashMap<>();
    for (HostResult result : results) {
      Problem problem = Problem.of(result);
      if (problem != null) {
        same.computeIfAbsent(problem, _ -> new ArrayList<>()).add(result.host());
      }
    }
    same.forEach((problem, hosts) -> print(problem, names(hosts, names)));
  }

  /** A message may have several lines: all mistakes of a set. */
  private void print(Problem problem, String hosts) {
    List<String> lines = problem.message().strip().lines().toList();
    if (lines.size() == 1) {
      page.words(page.line(" ").add(Colour.BAD, "✗ ").add(hosts + "  "), lines.getFirst());
    } else {
      page.print(page.line(" ").add(Colour.BAD, "✗ ").add(hosts));
      lines.forEach(line -> page.words(page.line("     "), line));
    }
    for (String more : new @Nullable String[] {problem.state(), problem.hint()}) {
      if (more != null) {
        page.words(page.line("     "), Colour.FAINT, more);
      }
    }
  }

  private static HostNames names(List<HostResult> results) {
    return new HostNames(results.stream().map(HostResult::host).toList());
  }

  private static String names(List<Host> hosts, HostNames names) {
    return String.join(", ", hosts.stream().map(names::of).toList());
  }

  private static ObjectNode object(HostResult result) {
    ObjectNode object = Json.object();
    object.set("host", Json.host(result.host()));
    object.put("ok", result instanceof HostResult.Answered);
    switch (result) {
      case HostResult.Answered answered -> {
        object.setAll(bare(answered.events(ApplyFinished.class).getLast()));
        object.set("files", Json.list(answered.events(ApplyFile.class), ApplyLog::bare));
        object.set("warnings", Json.list(answered.events(Warning.class), ApplyLog::bare));
      }
      case HostResult.Refused refused ->
          object
              .put("kind", refused.error().kind())
              .put("message", refused.error().message())
              .put("state", refused.error().state())
              .put("hint", refused.error().hint());
      case HostResult.Unreachable lost ->
          object.put("kind", "unreachable").put("message", lost.reason()).put("hint", lost.hint());
    }
    return object;
  }

  private static ObjectNode bare(HostEvent event) {
    ObjectNode json = EventJson.of(event);
    json.remove(List.of("seq", "type"));
    return json;
  }
}
