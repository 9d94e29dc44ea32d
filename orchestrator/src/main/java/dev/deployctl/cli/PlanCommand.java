package dev.deployctl.cli;

import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.options.ImageOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.rollout.planning.RolloutAction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a rollout would do: the front half of {@link RolloutCommand}. */
@Command(
    name = "plan",
    description = "Ask every host, and show what a rollout would do. Changes nothing.")
final class PlanCommand extends BatchCommand {
  @ArgGroup(multiplicity = "1")
  final ImageOptions image = new ImageOptions();

  @Option(names = "--force", description = "Plan as if no host ran the image already.")
  boolean force;

  PlanCommand(Services services) {
    super("plan", services);
  }

  @Override
  ChangeOptions options() {
    return ChangeOptions.dryRun();
  }

  @Override
  RolloutAction work(Change.Target target) {
    return new RolloutAction.Deploy(image.image(), force, null);
  }
}
