package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.FleetStatus;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.HostStatus;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.StatusTable;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What runs where, from the hosts' own word. */
@Command(name = "status", description = "Tells what runs on each host of an app, and how it does.")
final class StatusCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  StatusCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    List<Host> hosts =
        selection.resolve(config, app, services.inventory(config.inventory()), console);
    List<FleetStatus.Answer> answers;
    try (HostAgent agent = services.agent(configuration.ssh(config))) {
      answers =
          new FleetStatus(agent, services.timeline())
              .ask(hosts, HostCommand.of("status", app), config.app(app).rollout().parallelism());
    }
    List<HostStatus> told = answers.stream().map(StatusCommand::status).toList();
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).status(told);
    } else {
      new StatusTable(console.out(), console.terminal()).print(told);
    }
    return exitCode(answers);
  }

  private static HostStatus status(FleetStatus.Answer answer) {
    return switch (answer) {
      case FleetStatus.Answer.Told told -> HostStatus.answered(told.host(), told.apps());
      case FleetStatus.Answer.Failed failed ->
          HostStatus.silent(failed.host(), failed.error().message(), failed.error().hint());
      case FleetStatus.Answer.OutOfReach gone ->
          HostStatus.silent(gone.host(), gone.reason(), gone.hint());
    };
  }

  private static int exitCode(List<FleetStatus.Answer> answers) {
    boolean unwell = false;
    for (FleetStatus.Answer answer : answers) {
      switch (answer) {
        case FleetStatus.Answer.OutOfReach gone -> {
          return ExitCodes.UNREACHABLE;
        }
        case FleetStatus.Answer.Failed failed -> unwell = true;
        case FleetStatus.Answer.Told told ->
            unwell |=
                told.apps().stream()
                    .anyMatch(app -> app.state().equals("down") || app.state().equals("degraded"));
      }
    }
    return unwell ? ExitCodes.FAILED : ExitCodes.OK;
  }
}
