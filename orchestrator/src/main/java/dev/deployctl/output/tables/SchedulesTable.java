package dev.deployctl.output.tables;

import dev.deployctl.event.HostValues.ScheduledRun;
import dev.deployctl.event.HostValues.SkippedRun;
import dev.deployctl.event.OneOffEvents.Schedule;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Durations;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Table;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the schedules of an app: when each is due on each host, and how its last run ended. */
public final class SchedulesTable {
  private final Page page;

  public SchedulesTable(PrintWriter out, Terminal terminal) {
    this.page = new Page(out, terminal);
  }

  public void print(List<HostResult> hosts) {
    HostNames names = new HostNames(hosts.stream().map(HostResult::host).toList());
    Table table =
        new Table(
            page,
            "HOST",
            "SCHEDULE",
            "NEXT (UTC)",
            "LAST (UTC)",
            "OUTCOME",
            "TOOK",
            "ON",
            "AT",
            "COMMAND");
    for (HostResult host : hosts) {
      for (Schedule schedule : schedules(host)) {
        row(table, names.of(host.host()), schedule);
      }
    }
    table.print("COMMAND", "AT", "ON", "TOOK");
    hosts.forEach(host -> remarks(names.of(host.host()), host));
    List<String> none =
        hosts.stream()
            .filter(host -> host.problem() == null && schedules(host).isEmpty())
            .map(host -> names.of(host.host()))
            .collect(Collectors.toList());
    if (!none.isEmpty()) {
      page.words(page.line(" "), Colour.FAINT, "no schedules on " + String.join(", ", none));
    }
    page.flush();
  }

  private void row(Table table, String name, Schedule schedule) {
    ScheduledRun last = schedule.last();
    String zone = schedule.timezone();
    table.row(
        page.line(name),
        page.line(schedule.schedule()),
        next(schedule),
        page.line(last == null ? "" : Times.text(last.ts())),
        last == null ? page.line("") : outcome(last),
        page.line(last == null ? "" : took(last.ms())),
        page.line(Objects.requireNonNullElse(schedule.on(), "")),
        page.line(Objects.requireNonNullElse(schedule.at(), "") + (zone == null ? "" : " " + zone)),
        page.line(String.join(" ", schedule.command())));
  }

  private Line next(Schedule schedule) {
    if (!schedule.here()) {
      return page.line().add(Colour.FAINT, "not on this host");
    }
    return schedule.next() == null
        ? page.line().add(Colour.WARN, "not due")
        : page.line(Times.text(schedule.next()));
  }

  private Line outcome(ScheduledRun run) {
    String outcome = run.outcome();
    if (outcome == null) {
      return page.line().add(Colour.BUSY, "runs");
    }
    Integer exit = run.exit();
    Colour colour = outcome.equals("succeeded") ? Colour.GOOD : Colour.BAD;
    return page.line()
        .add(colour, outcome + (exit == null || exit == 0 ? "" : " (exit " + exit + ")"));
  }

  private void remarks(String name, HostResult host) {
    String problem = host.problem();
    if (problem != null) {
      page.words(page.line(" ").add(Colour.BAD, name).add("  "), problem);
      String hint = host.hint();
      if (hint != null) {
        page.words(page.line("   "), Colour.FAINT, hint);
      }
    }
    for (Schedule schedule : schedules(host)) {
      String subject = name + " " + schedule.schedule();
      ScheduledRun last = schedule.last();
      if (schedule.problem() != null) {
        warn(subject, schedule.problem());
      }
      if (last != null && last.error() != null) {
        warn(subject, last.error() + (last.run() == null ? "" : ", run " + last.run()));
      }
      if (!schedule.skipped().isEmpty()) {
        warn(subject, skipped(schedule.skipped().getFirst(), schedule.skipped().size()));
      }
    }
  }

  private static String skipped(SkippedRun newest, int number) {
    String message = newest.message();
    return "skipped at "
        + Times.text(newest.slot())
        + ": "
        + Objects.requireNonNullElse(message, String.valueOf(newest.reason()))
        + (number > 1 ? "; " + number + " skipped of late" : "");
  }

  private void warn(String subject, String text) {
    page.words(page.line(" ").add(Colour.WARN, subject).add("  "), text);
  }

  private static String took(@Nullable Long ms) {
    return ms == null ? "" : Durations.text(Duration.ofMillis(ms));
  }

  private static List<Schedule> schedules(HostResult host) {
    return host instanceof HostResult.Answered answered
        ? answered.events(Schedule.class)
        : List.of();
  }
}
