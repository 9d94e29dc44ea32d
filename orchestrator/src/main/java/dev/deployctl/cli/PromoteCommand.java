package dev.deployctl.cli;

import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.options.EmergencyOption;
import dev.deployctl.cli.options.HeldOption;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.planning.HeldSearch;
import dev.deployctl.rollout.planning.RolloutAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes the release live that a rollout has held, and goes on with the other hosts. */
@Command(
    name = "promote",
    description =
        "Make the held release of an app live: first where rollout --hold started it, then on the"
            + " other hosts, in batches like a rollout.")
final class PromoteCommand extends BatchCommand {
  @Mixin final ChangeOptions options = new ChangeOptions();

  @Mixin final HeldOption held = new HeldOption();

  @Mixin final EmergencyOption emergency = new EmergencyOption();

  PromoteCommand(Services services) {
    super("promote", services);
  }

  @Override
  ChangeOptions options() {
    return options;
  }

  @Override
  RolloutAction work(Change.Target target) throws InterruptedException {
    FleetCall call =
        new FleetCall(
            target.agent(),
            new ThreadTimeline(),
            text -> target.sink().tell(new RolloutEvent.Note(text)));
    int parallelism = batches.over(target.config().app(app).rollout()).parallelism();
    return new RolloutAction.Promote(
        new HeldSearch(call, app, held.release()).find(target.hosts().hosts(), parallelism),
        emergency.reason());
  }
}
