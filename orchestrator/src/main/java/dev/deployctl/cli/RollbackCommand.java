package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.hooks.RolloutHooks;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.RollbackEngine;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes back the last rollout, or a named one, on exactly the hosts that it changed. */
@Command(
    name = "rollback",
    description =
        "Takes the last rollout back, on exactly the hosts that it changed, at once and not in"
            + " batches.")
final class RollbackCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final ReachOptions reach = new ReachOptions();
  @Mixin final PatienceOptions silence = new PatienceOptions();
  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin final LockOptions locking = new LockOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();
  @Mixin final ReportOptions keeping = new ReportOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  @Option(
      names = "--rollout",
      paramLabel = "ID",
      description = "The rollout to take back (default: the last one).")
  @Nullable RolloutId rollout;

  @Option(names = "--dry-run", description = "Shows the plan, and touches nothing.")
  boolean dryRun;

  RollbackCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    keeping.check();
    DeployConfig config = configuration.load(services);
    Inventory inventory = services.inventory(config.inventory());
    HostList list = selection.find(config, app, inventory, console);
    List<Host> hosts = list.hosts();
    RolloutSettings settings = config.app(app).rollout();
    int parallelism = reach.parallelism(settings);
    Interruption interruption = new Interruption();
    Reports reports = new Reports(services, console, config.environment(), keeping.file);
    try (RolloutView view =
            new RolloutView(console, output, config.environment(), selection, reports);
        HostAgent agent = services.agent(configuration.ssh(config));
        Services.InterruptWatch _ =
            services.watchInterrupts(interruption, () -> view.interrupted(app))) {
      RollbackEngine engine =
          new RollbackEngine(agent, services.timeline(), view.sink(), interruption, locking.held);
      Interrupts interrupts = new Interrupts(interruption, console);
      RollbackPlan plan =
          interrupts
              .beforeChanges(
                  () ->
                      engine.prepare(
                          app,
                          hosts,
                          rollout,
                          parallelism,
                          reach.maxUnreachable(settings).of(hosts.size())))
              .warning(list.missing().stream().map(HostList.Missing::warning).toList());
      if (dryRun || output.tellsPlan() || confirmation.asks(services, output)) {
        view.plan(plan);
      }
      if (dryRun) {
        return ExitCodes.OK;
      }
      if (!confirmation.agreed(console, services, output, interrupts)) {
        return view.declined();
      }
      RolloutHooks hooks =
          new RolloutHooks("rollback", config.hooks(), config.notifications(), console.err());
      interrupts.stepBeforeChanges(() -> hooks.before(plan));
      view.begin();
      RolloutOutcome outcome =
          engine.run(
              plan,
              RolloutId.random(),
              new RollbackEngine.RollbackOptions(
                  parallelism,
                  locking.terms(Rollouts.reason("rollback", services)),
                  silence.patience,
                  () -> selection.again(config, app, inventory)));
      int exit = view.end(outcome);
      return interrupts.afterChanges("rollback", exit, () -> hooks.after(outcome));
    }
  }
}
