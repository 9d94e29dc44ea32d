package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.hooks.RolloutHooks;
import dev.deployctl.model.App;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.RolloutAction;
import dev.deployctl.rollout.RolloutEngine;
import dev.deployctl.rollout.RolloutRequest;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that goes over an app's hosts in batches: shows the plan, asks, acts, sums up. */
abstract class RollingCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final RolloutOptions options = new RolloutOptions();
  @Mixin final PatienceOptions silence = new PatienceOptions();
  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin final LockOptions locking = new LockOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();
  @Mixin final ReportOptions keeping = new ReportOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  @Option(names = "--dry-run", description = "Shows the plan, and touches nothing.")
  boolean dryRun;

  RollingCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  /** What is to be done on each host. */
  abstract RolloutAction work();

  /** What locks, hooks and webhooks call it. */
  abstract String name();

  @Override
  public Integer call() throws InterruptedException {
    keeping.check();
    DeployConfig config = configuration.load(services);
    Inventory inventory = services.inventory(config.inventory());
    HostList hosts = selection.find(config, app, inventory, console);
    RolloutSettings settings = Rollouts.settings(config, app, options);
    RolloutRequest request =
        Rollouts.request(
            app,
            work(),
            hosts,
            // The same inventory: it asks EC2 afresh, and nobody for an MFA code once more.
            () -> selection.again(config, app, inventory),
            settings,
            locking.terms(Rollouts.reason(name(), services)),
            silence.patience);
    Interruption interruption = new Interruption();
    Reports reports = new Reports(services, console, config.environment(), keeping.file);
    try (RolloutView view =
            new RolloutView(console, output, config.environment(), selection, reports);
        HostAgent agent = services.agent(configuration.ssh(config));
        Services.InterruptWatch _ =
            services.watchInterrupts(interruption, () -> view.interrupted(app))) {
      RolloutEngine engine =
          new RolloutEngine(agent, services.timeline(), view.sink(), interruption, locking.held);
      Interrupts interrupts = new Interrupts(interruption, console);
      RolloutHooks hooks =
          new RolloutHooks(name(), config.hooks(), config.notifications(), console.err());
      return switch (interrupts.beforeChanges(() -> engine.prepare(request))) {
        case RolloutEngine.Prepared.Refused refused -> view.end(refused.outcome());
        case RolloutEngine.Prepared.Ready ready ->
            act(engine, request, ready.plan(), view, interrupts, hooks);
      };
    }
  }

  private int act(
      RolloutEngine engine,
      RolloutRequest request,
      RolloutPlan plan,
      RolloutView view,
      Interrupts interrupts,
      RolloutHooks hooks)
      throws InterruptedException {
    if (dryRun || output.tellsPlan() || confirmation.asks(services, output)) {
      view.plan(plan);
    }
    if (dryRun) {
      return ExitCodes.OK;
    }
    if (!plan.hosts().isEmpty() && !confirmation.agreed(console, services, output, interrupts)) {
      return view.declined();
    }
    interrupts.stepBeforeChanges(() -> hooks.before(plan));
    view.begin();
    RolloutOutcome outcome = engine.run(request, plan);
    int exit = view.end(outcome);
    return interrupts.afterChanges(name(), exit, () -> hooks.after(outcome));
  }
}
