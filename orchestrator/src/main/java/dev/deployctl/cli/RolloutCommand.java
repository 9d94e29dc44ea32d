package dev.deployctl.cli;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.cli.options.ChangeOptions;
import dev.deployctl.cli.options.EmergencyOption;
import dev.deployctl.cli.options.ImageOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.command.HoldCommands;
import dev.deployctl.fleet.command.PreviewToken;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.rollout.planning.RolloutAction;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rolls one image out over all hosts of an app. */
@Command(
    name = "rollout",
    description =
        "Roll an image out over an app's hosts, in batches. Stops, or rolls back, once more hosts"
            + " have failed than --max-failures tolerates. With --hold nobody is switched before"
            + " promote.")
final class RolloutCommand extends BatchCommand {
  private static final Duration DEFAULT_HOLD = Duration.ofHours(1);

  @Mixin final ChangeOptions options = new ChangeOptions();

  @ArgGroup(multiplicity = "1")
  final ImageOptions image = new ImageOptions();

  @Mixin final EmergencyOption emergency = new EmergencyOption();

  @Advanced
  @Option(names = "--force", description = "Include hosts that run the image already.")
  boolean force;

  @Advanced
  @Option(
      names = "--hold",
      description =
          "Start the image on the first batch, and switch nobody until promote. Requests with the"
              + " token that is printed reach it.")
  boolean hold;

  @Advanced
  @Option(
      names = "--hold-for",
      paramLabel = "TIME",
      description =
          "With --hold: remove the image after this time unless it is promoted: 30m, 2h (default:"
              + " 1h).")
  @Nullable Duration holdFor;

  RolloutCommand(Services services) {
    super("rollout", services);
  }

  @Override
  ChangeOptions options() {
    return options;
  }

  @Override
  List<String> again() {
    if (!hold) {
      return List.of();
    }
    return holdFor == null
        ? List.of("--hold")
        : List.of("--hold", "--hold-for", holdFor.toSeconds() + "s");
  }

  @Override
  RolloutAction work(Change.Target target) {
    RolloutAction.Deploy deploy =
        new RolloutAction.Deploy(image.image(), force, emergency.reason());
    if (!hold && holdFor == null) {
      return deploy;
    }
    return new RolloutAction.Hold(deploy, holdTime(), PreviewToken.random());
  }

  private Duration holdTime() {
    if (!hold) {
      throw new DeployException(
          FailureKind.USAGE, "--hold-for goes with --hold", "add --hold, or leave --hold-for out");
    }
    Duration time = holdFor == null ? DEFAULT_HOLD : holdFor;
    if (time.compareTo(HoldCommands.SHORTEST) < 0 || time.compareTo(HoldCommands.LONGEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE,
          "not a time for --hold-for: hosts hold a release for 1 minute to 7 days",
          "write it as 30m, 2h or 3d");
    }
    return time;
  }
}
