package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents.HistoryEntry;
import dev.deployctl.event.HostValues.RetiredInstance;
import dev.deployctl.event.HostValues.SwitchReceipt;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.event.TransactionOutcome;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.report.SourceText;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.Release;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints what was done to an app, newest first. One rollout on many hosts is one line, which names
 * the hosts where it ended differently.
 */
public final class HistoryTable {
  private final Page page;

  public HistoryTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  /** One transaction over its hosts. */
  private record Act(
      HistoryEntry first,
      String when,
      Map<String, List<Host>> outcomes,
      List<String> errors,
      Map<Host, List<RetiredInstance>> retired,
      Map<Host, SwitchReceipt> receipts) {
    Act(HistoryEntry first, String when) {
      this(
          first,
          when,
          new LinkedHashMap<>(),
          new ArrayList<>(),
          new LinkedHashMap<>(),
          new LinkedHashMap<>());
    }

    void add(Host host, HistoryEntry entry) {
      outcomes.computeIfAbsent(outcome(entry), _ -> new ArrayList<>()).add(host);
      String error = entry.error();
      if (error != null && !errors.contains(error)) {
        errors.add(error);
      }
      SwitchReceipt receipt = entry.receipt();
      if (receipt != null) {
        receipts.put(host, receipt);
      }
      if (!entry.retired().isEmpty()) {
        retired.put(host, entry.retired());
      }
    }
  }

  public void print(List<HostResult> hosts) {
    HostNames names = new HostNames(hosts.stream().map(HostResult::host).toList());
    List<Act> acts = acts(hosts);
    boolean several = acts.stream().map(act -> act.first().app()).distinct().count() > 1;
    Table table =
        new Table(
            page,
            "WHEN (UTC)",
            "BY",
            "FROM",
            "APP",
            "DID",
            "IMAGE",
            "COMMIT",
            "OUTCOME",
            "TOOK",
            "ROLLOUT",
            "WHY");
    for (Act act : acts) {
      HistoryEntry entry = act.first();
      table.row(
          page.line(Times.text(act.when())),
          page.line(text(entry.by())),
          page.line(text(entry.from())),
          page.line(several ? entry.app() : ""),
          page.line(did(entry)),
          page.line(image(entry)),
          page.line(SourceText.commit(entry.labels()).orElse("")),
          outcomes(act, names),
          page.line(entry.ms() == 0 ? "" : Durations.text(Duration.ofMillis(entry.ms()))),
          page.line(text(entry.rollout())),
          page.line().add(Colour.FAINT, String.join("; ", act.errors())));
    }
    table.print("FROM", "TOOK", "COMMIT", "ROLLOUT", "BY");
    HistoryDetails details = new HistoryDetails(page, names);
    acts.forEach(act -> details(details, act));
    silent(hosts, names);
    clocks(hosts, names);
    page.flush();
  }

  private static List<Act> acts(List<HostResult> hosts) {
    Map<String, Act> acts = new LinkedHashMap<>();
    for (HostResult host : hosts) {
      for (HistoryEntry entry : entries(host)) {
        acts.computeIfAbsent(
                key(host.host(), entry), _ -> new Act(entry, clock(host).corrected(entry.ts())))
            .add(host.host(), entry);
      }
    }
    List<Act> newestFirst = new ArrayList<>(acts.values());
    newestFirst.sort(Collections.reverseOrder(Comparator.comparing(Act::when)));
    return newestFirst;
  }

  /** A rollout has one id on all its hosts; what has none happened on one host alone. */
  private static String key(Host host, HistoryEntry entry) {
    String rollout = entry.rollout();
    OneOffCommand run = entry.run();
    String one = rollout == null ? host.id() + " " + entry.ts() : rollout;
    return entry.app() + " " + entry.verb() + " " + one + " " + (run == null ? "" : run.id());
  }

  private Line outcomes(Act act, HostNames names) {
    boolean one = act.outcomes().size() == 1;
    Line line = page.line();
    act.outcomes()
        .forEach(
            (outcome, on) -> {
              String where = one && on.size() > 1 ? on.size() + " hosts" : names.of(on);
              line.add(line.width() == 0 ? "" : "; ")
                  .add(colour(outcome), outcome)
                  .add(" on " + where);
            });
    return line;
  }

  private void silent(List<HostResult> hosts, HostNames names) {
    for (HostResult host : hosts) {
      String problem = host.problem();
      if (problem != null) {
        page.words(
            page.line(" ").add(Colour.BAD, names.of(host.host())).add("  "),
            "not in this list: " + problem);
      }
    }
    List<String> empty =
        hosts.stream()
            .filter(host -> host.problem() == null && entries(host).isEmpty())
            .map(host -> names.of(host.host()))
            .collect(Collectors.toList());
    if (!empty.isEmpty()) {
      page.words(page.line(" "), Colour.FAINT, "no history on " + String.join(", ", empty));
    }
  }

  private void clocks(List<HostResult> hosts, HostNames names) {
    for (HostResult host : hosts) {
      if (clock(host).isOff()) {
        page.words(
            page.line(" ").add(Colour.WARN, names.of(host.host())).add("  "),
            Wording.clock(clock(host)));
      }
    }
  }

  private static List<HistoryEntry> entries(HostResult host) {
    return host instanceof HostResult.Answered answered
        ? answered.events(HistoryEntry.class)
        : List.of();
  }

  private static HostClock clock(HostResult host) {
    return host instanceof HostResult.Answered answered ? answered.clock() : HostClock.SAME;
  }

  private static String did(HistoryEntry entry) {
    OneOffCommand run = entry.run();
    return run == null ? entry.verb() : OneOffText.row(run);
  }

  private static void details(HistoryDetails details, Act act) {
    OneOffCommand run = act.first().run();
    if (run != null) {
      List<Host> on = act.outcomes().values().stream().flatMap(List::stream).toList();
      details.command(on, act.when(), act.first(), run);
    }
    details.receipts(act.first().rollout(), act.receipts());
    if (!act.retired().isEmpty()) {
      details.retired(act.first().rollout(), act.retired());
    }
  }

  private static String image(HistoryEntry entry) {
    if (entry.tag() == null && entry.digest() == null) {
      return "-";
    }
    return Wording.release(Release.of(entry));
  }

  private static String outcome(HistoryEntry entry) {
    String outcome = entry.outcome();
    return outcome == null ? "unfinished" : outcome;
  }

  private static Colour colour(String outcome) {
    if (TransactionOutcome.SUCCEEDED.is(outcome)
        || TransactionOutcome.UNCHANGED.is(outcome)
        || TransactionOutcome.HELD.is(outcome)) {
      return Colour.GOOD;
    }
    return TransactionOutcome.FAILED.is(outcome) ? Colour.BAD : Colour.WARN;
  }

  private static String text(@Nullable String value) {
    return value == null ? "-" : value;
  }
}
