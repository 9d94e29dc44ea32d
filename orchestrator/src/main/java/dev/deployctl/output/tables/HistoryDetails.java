package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents.HistoryEntry;
import dev.deployctl.event.HostValues.RetiredInstance;
import dev.deployctl.event.HostValues.SwitchReceipt;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what is to be known of an entry of a history beside its row. */
final class HistoryDetails {
  private final Page page;
  private final HostNames names;

  HistoryDetails(Page page, HostNames names) {
    this.page = page;
    this.names = names;
  }

  /** Tells how a one-off command ended, and what it printed last. */
  void command(List<Host> hosts, String when, HistoryEntry entry, OneOffCommand run) {
    String reason = run.reason();
    String id = run.id();
    page.words(
        page.line(" ").add(names.of(hosts)).add("  "),
        OneOffText.row(run)
            + ", "
            + Times.text(when)
            + ": "
            + ended(entry, run)
            + ", in container "
            + text(run.container())
            + (id == null ? "" : ", run " + id)
            + (reason == null ? "" : ": " + reason));
    for (String line : run.lines()) {
      page.print(page.line("   ").add(Colour.FAINT, "| " + line));
    }
  }

  /** Tells how instances of the replaced release ended: each that did not do so well, by name. */
  void retired(@Nullable String rollout, Map<Host, List<RetiredInstance>> retired) {
    Map<String, List<RetiredInstance>> well = new LinkedHashMap<>();
    List<String> badly = new ArrayList<>();
    retired.forEach(
        (host, instances) -> {
          for (RetiredInstance one : instances) {
            Integer exit = one.exit();
            if (one.killed() || (exit != null && exit != 0)) {
              badly.add(
                  one.process()
                      + " "
                      + one.instance()
                      + " on "
                      + names.of(host)
                      + (one.killed()
                          ? " was killed after "
                          : " ended with exit " + exit + " after ")
                      + time(one.ms()));
            } else {
              well.computeIfAbsent(one.process(), _ -> new ArrayList<>()).add(one);
            }
          }
        });
    String subject = rollout == null ? "old instances" : rollout;
    well.forEach(
        (process, instances) ->
            page.words(
                page.line(" ").add(subject).add("  "),
                instances.size()
                    + " of the old "
                    + process
                    + " ended by themselves, the last after "
                    + time(instances.stream().mapToLong(RetiredInstance::ms).max().orElse(0))));
    badly.forEach(text -> page.words(page.line(" ").add(Colour.WARN, subject).add("  "), text));
  }

  /** Tells which hosts lost requests or cut connections during their switch. */
  void receipts(@Nullable String rollout, Map<Host, SwitchReceipt> receipts) {
    receipts.forEach(
        (host, receipt) -> {
          Long failures = receipt.failures();
          boolean failed = failures != null && failures > 0;
          if (failed || receipt.cut() > 0) {
            page.words(
                page.line(" ").add(Colour.WARN, rollout == null ? "switch" : rollout).add("  "),
                (failed
                        ? failures
                            + " of "
                            + receipt.requests()
                            + " requests failed during the switch"
                        : Wording.count(receipt.cut(), "connection") + " cut at the switch")
                    + " on "
                    + names.of(host));
          }
        });
  }

  private static String time(long ms) {
    return Durations.text(Duration.ofMillis(ms));
  }

  private static String ended(HistoryEntry entry, OneOffCommand run) {
    if (entry.outcome() == null) {
      return "has not ended";
    }
    return run.exit() == null ? "exit code not known" : "exit " + run.exit();
  }

  private static String text(@Nullable String value) {
    return value == null ? "-" : value;
  }
}
