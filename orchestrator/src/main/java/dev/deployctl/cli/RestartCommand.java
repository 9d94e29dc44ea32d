package dev.deployctl.cli;

import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.rollout.planning.RolloutAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Deploys the image that each host runs once more, with its current environment. */
@Command(
    name = "restart",
    description =
        "Restart an app in batches, with a fresh environment. Deploys the current release of each"
            + " host once more, like a rollout.")
final class RestartCommand extends BatchCommand {
  @Mixin final ChangeOptions options = new ChangeOptions();

  RestartCommand(Services services) {
    super("restart", services);
  }

  @Override
  ChangeOptions options() {
    return options;
  }

  @Override
  RolloutAction work(Change.Target target) {
    return new RolloutAction.Restart();
  }
}
