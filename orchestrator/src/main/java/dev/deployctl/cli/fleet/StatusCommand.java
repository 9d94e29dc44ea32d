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
import dev.deployctl.output.json.OverviewJson;
import dev.deployctl.output.tables.OverviewTable;
import dev.deployctl.output.tables.StatusTable;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.overview.AppsOverview;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what runs where, as the hosts report it. */
@Command(
    name = "status",
    description = "Show releases and health of an app, or without APP of all apps.")
public final class StatusCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Parameters(index = "0", arity = "0..1", paramLabel = "APP", description = "The app.")
  @Nullable App app;

  public StatusCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    return app == null ? allApps(config) : oneApp(config, app);
  }

  private int oneApp(DeployConfig config, App one) throws InterruptedException {
    List<Host> hosts =
        selection.resolve(config, one, services.fleets().inventory(config.inventory()), console);
    List<HostResult> results =
        ask(config, hosts, HostCommand.status(one), config.app(one).rollout().parallelism());
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).status(results);
    } else {
      new StatusTable(console.out(), console.terminal()).print(results);
    }
    return exitCode(results);
  }

  /** Asks each host once, also one that several apps have in common. */
  private int allApps(DeployConfig config) throws InterruptedException {
    AppMembers members =
        AppMembers.of(config, services.fleets().inventory(config.inventory()), selection);
    List<HostResult> results = new ArrayList<>(members.withoutAddress());
    results.addAll(
        ask(config, members.hosts(), HostCommand.status(), config.rollout().parallelism()));
    AppsOverview overview = AppsOverview.of(members.byApp(), results);
    if (output.json) {
      new OverviewJson(console.out(), Clock.systemUTC()).print(overview, members.missing());
    } else {
      new OverviewTable(console.out(), console.terminal()).print(overview, members.missing());
    }
    int exit = exitCode(results);
    return exit == ExitCodes.OK && !members.isComplete() ? ExitCodes.NOTHING_TO_DO : exit;
  }

  private List<HostResult> ask(
      DeployConfig config, List<Host> hosts, HostCommand command, int parallelism)
      throws InterruptedException {
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      console.status().asking(hosts);
      return new FleetCall(agent, new ThreadTimeline(), this::note)
          .ask(hosts, command, parallelism);
    }
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
