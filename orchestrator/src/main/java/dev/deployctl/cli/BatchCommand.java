package dev.deployctl.cli;

import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.options.RolloutOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.gates.Gates;
import dev.deployctl.hooks.RolloutHooks;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.output.RolloutView;
import dev.deployctl.rollout.RolloutEngine;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.planning.RolloutAction;
import dev.deployctl.rollout.planning.RolloutRequest;
import picocli.CommandLine.Mixin;

/** A command that changes an app's hosts in batches. */
abstract class BatchCommand extends ChangeCommand {
  @Mixin final RolloutOptions batches = new RolloutOptions();

  BatchCommand(String name, Services services) {
    super(name, services);
  }

  /** Returns what to do on each host; may ask the hosts, and changes nothing. */
  abstract RolloutAction work(Change.Target target) throws InterruptedException;

  @Override
  final Change.Prepared prepare(Change.Target target) throws InterruptedException {
    ChangeOptions options = options();
    RolloutSettings settings = batches.over(target.config().app(app).rollout());
    Gates gates =
        new Gates(name(), services().fleets().alarms(target.config().inventory()), target.person());
    if (!options.dryRun) {
      gates.check(settings.gates(), !output.json && services().prompts().allowed());
    }
    RolloutRequest request =
        new RolloutRequest(
            RolloutId.random(),
            app,
            work(target),
            target.hosts().hosts(),
            target.inventoryNow(),
            settings,
            options.locking.terms(lockReason()),
            options.reconnect.timeout(),
            target.hosts().missing());
    RolloutEngine engine =
        new RolloutEngine(
            target.agent(),
            new ThreadTimeline(),
            target.sink(),
            target.interruption(),
            options.locking.held,
            gates);
    return switch (engine.prepare(request)) {
      case RolloutEngine.Prepared.Refused refused -> new Change.Prepared.Refused(refused.outcome());
      case RolloutEngine.Prepared.Ready ready ->
          new Change.Prepared.Planned(new InBatches(engine, request, ready.plan()));
    };
  }

  private record InBatches(RolloutEngine engine, RolloutRequest request, RolloutPlan plan)
      implements Change {
    @Override
    public void show(RolloutView view) {
      view.plan(plan);
    }

    @Override
    public boolean isEmpty() {
      return plan.hosts().isEmpty();
    }

    @Override
    public void runHooksBefore(RolloutHooks hooks) throws InterruptedException {
      hooks.before(plan);
    }

    @Override
    public RolloutOutcome run() throws InterruptedException {
      return engine.run(request, plan);
    }
  }
}
