package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.Count;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.HistoryTable;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the changes of an app that its hosts recorded. */
@Command(
    name = "history",
    description = "Show who changed an app, when, from where, and with what result.")
public final class HistoryCommand extends FleetCommand {
  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Show the N newest entries of each host (default: ${DEFAULT-VALUE}).")
  Count limit;

  public HistoryCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    List<HostResult> answers =
        new FleetCall(fleet.agent(), fleet.timeline(), this::note)
            .ask(fleet.hosts(), HostCommand.history(app, limit.value()), fleet.parallelism());
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).history(answers);
    } else {
      new HistoryTable(console.out(), console.terminal()).print(answers);
    }
    return exitCode(answers);
  }
}
