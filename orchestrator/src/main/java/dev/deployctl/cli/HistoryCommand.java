package dev.deployctl.cli;

import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAnswer;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.output.json.HostHistory;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.HistoryTable;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who did what to an app, as its hosts remember it. */
@Command(
    name = "history",
    description = "Tells who changed an app, when, from where, and how that ended.")
final class HistoryCommand extends FleetCommand {
  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Entries of each host, from the newest on (default: ${DEFAULT-VALUE}).")
  Count limit;

  HistoryCommand(Services services, Console console) {
    super(services, console);
  }

  @Override
  int act(Fleet fleet) throws InterruptedException {
    List<HostAnswer> answers =
        new FleetCall(fleet.agent(), fleet.timeline())
            .ask(
                fleet.hosts(),
                HostCommand.of("history", app).with("--limit=" + limit),
                fleet.parallelism());
    List<HostHistory> told = answers.stream().map(HistoryCommand::history).toList();
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).history(told);
    } else {
      new HistoryTable(console.out(), console.terminal()).print(told);
    }
    return exitCode(answers);
  }

  private static HostHistory history(HostAnswer answer) {
    return switch (answer) {
      case HostAnswer.Done done ->
          HostHistory.answered(
              done.host(),
              done.events().stream()
                  .filter(HostEvent.HistoryEntry.class::isInstance)
                  .map(HostEvent.HistoryEntry.class::cast)
                  .toList(),
              done.clock());
      case HostAnswer.Refused refused ->
          HostHistory.silent(refused.host(), refused.error().message(), refused.error().hint());
      case HostAnswer.OutOfReach gone ->
          HostHistory.silent(gone.host(), gone.reason(), gone.hint());
    };
  }
}
