package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.App;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.RolloutAction;
import dev.deployctl.rollout.RolloutEngine;
import dev.deployctl.rollout.RolloutRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a rollout would do. Touches nothing. */
@Command(
    name = "plan",
    description = "Shows what a rollout would do, after asking every host; touches nothing.")
final class PlanCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final RolloutOptions options = new RolloutOptions();
  @Mixin final OutputOptions output = new OutputOptions();

  @ArgGroup(multiplicity = "1")
  final ImageOptions image = new ImageOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  @Option(names = "--force", description = "Plans as if no host ran the image already.")
  boolean force;

  PlanCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    HostList hosts = selection.find(config, app, services.inventory(config.inventory()), console);
    RolloutSettings settings = Rollouts.settings(config, app, options);
    RolloutRequest request =
        Rollouts.request(
            app,
            new RolloutAction.Deploy(image.image(), force),
            hosts,
            hosts::hosts,
            settings,
            LockTerms.of(Rollouts.reason("plan", services)),
            Rollouts.PATIENCE);
    Reports reports = new Reports(services, console, config.environment(), null);
    try (RolloutView view =
            new RolloutView(console, output, config.environment(), selection, reports);
        HostAgent agent = services.agent(configuration.ssh(config))) {
      RolloutEngine engine =
          new RolloutEngine(agent, services.timeline(), view.sink(), new Interruption());
      return switch (engine.prepare(request)) {
        case RolloutEngine.Prepared.Refused refused -> view.end(refused.outcome());
        case RolloutEngine.Prepared.Ready ready -> {
          view.plan(ready.plan());
          yield ExitCodes.OK;
        }
      };
    }
  }
}
