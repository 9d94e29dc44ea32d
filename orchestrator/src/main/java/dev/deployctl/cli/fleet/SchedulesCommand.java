package dev.deployctl.cli.fleet;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.SchedulesTable;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;

/** Shows the schedules of an app on its hosts. */
@Command(
    name = "schedules",
    description = "Show the schedules of an app: when each is due, and how its last run ended.")
public final class SchedulesCommand extends FleetCommand {
  public SchedulesCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    List<HostResult> answers =
        new FleetCall(fleet.agent(), fleet.timeline(), this::note)
            .ask(fleet.hosts(), HostCommand.schedules(app), fleet.parallelism());
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).schedules(answers);
    } else {
      new SchedulesTable(console.out(), console.terminal()).print(answers);
    }
    return exitCode(answers);
  }
}
