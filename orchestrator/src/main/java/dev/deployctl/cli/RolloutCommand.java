package dev.deployctl.cli;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.options.ImageOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.rollout.RolloutAction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rolls one image out over all hosts of an app. */
@Command(
    name = "rollout",
    description =
        "Roll an image out over an app's hosts, in batches. Stops, or rolls back, once more hosts"
            + " have failed than --max-failures tolerates.")
final class RolloutCommand extends BatchCommand {
  @Mixin final ChangeOptions options = new ChangeOptions();

  @ArgGroup(multiplicity = "1")
  final ImageOptions image = new ImageOptions();

  @Advanced
  @Option(names = "--force", description = "Include hosts that run the image already.")
  boolean force;

  RolloutCommand(Services services) {
    super("rollout", services);
  }

  @Override
  ChangeOptions options() {
    return options;
  }

  @Override
  RolloutAction work() {
    return new RolloutAction.Deploy(image.image(), force);
  }
}
