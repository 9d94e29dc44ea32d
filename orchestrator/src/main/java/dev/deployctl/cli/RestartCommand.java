package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.rollout.Work;
import picocli.CommandLine.Command;

/** The image that each host serves, once more, with fresh env. */
@Command(
    name = "restart",
    description = "Starts what each host serves anew, with fresh env, in batches like a rollout.")
final class RestartCommand extends RollingCommand {
  RestartCommand(Services services) {
    super(services);
  }

  @Override
  Work work() {
    return new Work.Restart();
  }

  @Override
  String name() {
    return "restart";
  }
}
