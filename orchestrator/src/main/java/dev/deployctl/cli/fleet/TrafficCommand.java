package dev.deployctl.cli.fleet;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.InspectionCommands;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.TrafficTable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the requests that each release of an app answered. */
@Command(
    name = "traffic",
    description = "Show requests, 5xx answers and latency of an app, by host and release.")
public final class TrafficCommand extends FleetCommand {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "Count requests no older than 30s, 10m, 2h (default: ${DEFAULT-VALUE}).")
  Duration since;

  public TrafficCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    LookBack.check("--since", since);
    List<HostResult> answers =
        new FleetCall(fleet.agent(), fleet.timeline(), this::note)
            .ask(fleet.hosts(), InspectionCommands.traffic(app, since), fleet.parallelism());
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).traffic(answers);
    } else {
      new TrafficTable(console.out(), console.terminal()).print(app, since, answers);
    }
    return exitCode(answers);
  }
}
