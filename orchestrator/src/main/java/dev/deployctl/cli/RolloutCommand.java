package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.HostAgent;
import dev.deployctl.rollout.Interruption;
import dev.deployctl.rollout.RolloutEngine;
import dev.deployctl.rollout.RolloutPlan;
import dev.deployctl.rollout.RolloutRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The main job: one release, over all hosts of an app. */
@Command(
    name = "rollout",
    description =
        "Rolls an image out over the hosts of an app, in batches, within a failure budget.")
final class RolloutCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final RolloutOptions options = new RolloutOptions();
  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @ArgGroup(multiplicity = "1")
  final ImageOptions image = new ImageOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  @Option(names = "--dry-run", description = "Shows the plan, and touches nothing.")
  boolean dryRun;

  @Option(names = "--force", description = "Also hosts that run the image already.")
  boolean force;

  @Option(
      names = "--lock-wait",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "How long to wait while somebody else holds the app.")
  Duration lockWait;

  RolloutCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    List<Host> hosts = selection.resolve(config, app, services.inventory(config.inventory()));
    RolloutSettings settings = Rollouts.settings(config, app, options);
    RolloutRequest request =
        Rollouts.request(services, app, image.image(), hosts, settings, force, lockWait);
    Interruption interruption = new Interruption();
    try (RolloutView view = new RolloutView(console, output, config.environment());
        HostAgent agent = services.agent(configuration.ssh(config));
        Services.InterruptWatch _ = services.watchInterrupts(interruption, view::interrupted)) {
      RolloutEngine engine =
          new RolloutEngine(agent, services.timeline(), view.sink(), interruption);
      return switch (engine.prepare(request)) {
        case RolloutEngine.Prepared.Refused refused -> view.end(refused.outcome());
        case RolloutEngine.Prepared.Ready ready -> act(engine, request, ready.plan(), view);
      };
    }
  }

  private int act(RolloutEngine engine, RolloutRequest request, RolloutPlan plan, RolloutView view)
      throws InterruptedException {
    view.plan(plan);
    if (dryRun) {
      return ExitCodes.OK;
    }
    if (!plan.hosts().isEmpty() && !confirmation.agreed(console, services)) {
      return view.declined();
    }
    view.begin();
    return view.end(engine.run(request, plan));
  }
}
