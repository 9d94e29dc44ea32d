package dev.deployctl.cli;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Quoted;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.terminal.Console;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that calls one host, whatever runs there. */
abstract class OneHostCommand implements Callable<Integer> {
  final Services services;
  final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Parameters(
      index = "0",
      paramLabel = "HOST",
      description = "The host, by its name or id in the inventory.")
  String name;

  OneHostCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public final Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    List<Host> found =
        HostOptions.only(name)
            .narrow(
                services.fleets().inventory(config.inventory()).list(new TagQuery(Map.of())),
                "the inventory")
            .hosts();
    if (found.size() > 1) {
      throw new DeployException(
          FailureKind.USAGE,
          found.size() + " hosts are called " + Quoted.of(name) + "; nothing was touched",
          "name one by its id: " + String.join(", ", found.stream().map(Host::id).toList()));
    }
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      return act(found.getFirst(), new HostCall(agent, new ThreadTimeline()));
    }
  }

  /** Does what the command is for. Returns the exit code. */
  abstract int act(Host host, HostCall call) throws InterruptedException;

  /** Prints why the host did not do it. Returns the exit code. */
  final int failed(HostResult answer) {
    List<HostResult> answers = List.of(answer);
    new FleetAnswers(console.out(), console.terminal(), output.json).print(answers, "");
    int exit = FleetCommand.exitCode(answers);
    return exit == ExitCodes.OK ? ExitCodes.FAILED : exit;
  }
}
