package dev.deployctl.cli;

import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.options.ReachOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.hooks.RolloutHooks;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.output.RolloutView;
import dev.deployctl.rollout.RollbackEngine;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rolls the last rollout back, or a named one, on exactly the hosts that it changed. */
@Command(
    name = "rollback",
    description =
        "Roll the last rollout back. Goes to exactly the hosts that it changed, all at once and not"
            + " in batches.")
final class RollbackCommand extends ChangeCommand {
  @Mixin final ReachOptions reach = new ReachOptions();
  @Mixin final ChangeOptions options = new ChangeOptions();

  @Option(
      names = "--rollout",
      paramLabel = "ID",
      description = "Roll back this rollout (default: the last one).")
  @Nullable RolloutId rollout;

  RollbackCommand(Services services) {
    super("rollback", services);
  }

  @Override
  ChangeOptions options() {
    return options;
  }

  @Override
  Change.Prepared prepare(Change.Target target) throws InterruptedException {
    RolloutSettings settings = target.config().app(app).rollout();
    List<Host> hosts = target.hosts().hosts();
    int parallelism = reach.parallelism(settings);
    RollbackEngine engine =
        new RollbackEngine(
            target.agent(),
            new ThreadTimeline(),
            target.sink(),
            target.interruption(),
            options.locking.held);
    RollbackPlan plan =
        engine
            .prepare(
                app, hosts, rollout, parallelism, reach.maxUnreachable(settings).of(hosts.size()))
            .warning(target.hosts().missing().stream().map(HostList.Missing::warning).toList());
    return new Change.Prepared.Planned(
        new Undoing(
            engine,
            plan,
            new RollbackEngine.RollbackOptions(
                parallelism,
                options.locking.terms(lockReason()),
                options.reconnect.timeout(),
                target.inventoryNow())));
  }

  private record Undoing(
      RollbackEngine engine, RollbackPlan plan, RollbackEngine.RollbackOptions options)
      implements Change {
    @Override
    public void show(RolloutView view) {
      view.plan(plan);
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public void runHooksBefore(RolloutHooks hooks) throws InterruptedException {
      hooks.before(plan);
    }

    @Override
    public RolloutOutcome run() throws InterruptedException {
      return engine.run(plan, RolloutId.random(), options);
    }
  }
}
