package dev.deployctl.cli;

import dev.deployctl.rollout.RolloutAction;
import picocli.CommandLine.Command;

/** The image that each host serves, once more, with fresh env. */
@Command(
    name = "restart",
    description = "Starts what each host serves anew, with fresh env, in batches like a rollout.")
final class RestartCommand extends RollingCommand {
  RestartCommand(Services services, Console console) {
    super(services, console);
  }

  @Override
  RolloutAction work() {
    return new RolloutAction.Restart();
  }

  @Override
  String name() {
    return "restart";
  }
}
