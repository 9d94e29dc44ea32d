package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.AppState;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.StatusTable;
import dev.deployctl.output.terminal.Console;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what runs where, as the hosts report it. */
@Command(name = "status", description = "Show the release on each host of an app, and its health.")
public final class StatusCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  public StatusCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    List<Host> hosts =
        selection.resolve(config, app, services.fleets().inventory(config.inventory()), console);
    List<HostResult> results;
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      console.status().asking(hosts);
      results =
          new FleetCall(agent, new ThreadTimeline(), this::note)
              .ask(hosts, HostCommand.status(app), config.app(app).rollout().parallelism());
    }
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).status(results);
    } else {
      new StatusTable(console.out(), console.terminal()).print(results);
    }
    return exitCode(results);
  }

  private void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  private static int exitCode(List<HostResult> results) {
    boolean failed = false;
    for (HostResult result : results) {
      switch (result) {
        case HostResult.Unreachable _ -> {
          return ExitCodes.UNREACHABLE;
        }
        case HostResult.Refused _ -> failed = true;
        case HostResult.Answered answered ->
            failed |=
                answered.events(AnswerEvents.Status.class).stream()
                    .anyMatch(app -> AppState.of(app.state()).failed());
      }
    }
    return failed ? ExitCodes.FAILED : ExitCodes.OK;
  }
}
