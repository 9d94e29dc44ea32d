package dev.deployctl.cli;

import dev.deployctl.rollout.RolloutAction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job: one release, over all hosts of an app. */
@Command(
    name = "rollout",
    description =
        "Rolls an image out over the hosts of an app, in batches, within a failure budget.")
final class RolloutCommand extends RollingCommand {
  @ArgGroup(multiplicity = "1")
  final ImageOptions image = new ImageOptions();

  @Option(names = "--force", description = "Also hosts that run the image already.")
  boolean force;

  RolloutCommand(Services services, Console console) {
    super(services, console);
  }

  @Override
  RolloutAction work() {
    return new RolloutAction.Deploy(image.image(), force);
  }

  @Override
  String name() {
    return "rollout";
  }
}
