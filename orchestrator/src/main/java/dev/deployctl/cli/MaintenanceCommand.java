package dev.deployctl.cli;

import dev.deployctl.output.FleetAnswers;
import dev.deployctl.rollout.FleetCall;
import dev.deployctl.rollout.HostAnswer;
import dev.deployctl.rollout.HostCommand;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows visitors a maintenance page in place of the app, which goes on running. */
@Command(
    name = "maintenance",
    description =
        "Has all hosts answer 503 in place of the app (on), or the app again (off). The release"
            + " stays as it is.")
final class MaintenanceCommand extends FleetCommand {
  /** Whether it begins or ends. */
  enum Switch {
    ON,
    OFF
  }

  @Parameters(index = "1", paramLabel = "on|off", description = "Begin or end it.")
  Switch wanted;

  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  MaintenanceCommand(Services services, Console console) {
    super(services, console);
  }

  @Override
  int act(Fleet fleet) throws InterruptedException {
    String word = Converters.word(wanted);
    FleetAnswers report = new FleetAnswers(console.out(), console.terminal(), output.json);
    if (!confirmation.agreed(
        console, services, output, "Maintenance of " + app + " " + word, fleet.hosts())) {
      return report.nothingTouched();
    }
    List<HostAnswer> answers =
        new FleetCall(fleet.agent(), fleet.timeline())
            .ask(
                fleet.hosts(),
                HostCommand.of("maintenance", app).with("--" + word),
                fleet.parallelism());
    report.print(answers, "maintenance " + word);
    return exitCode(answers);
  }
}
