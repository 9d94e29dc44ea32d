package dev.deployctl.cli;

import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.LockId;
import dev.deployctl.output.tables.FleetAnswers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops or starts an app on all its hosts at once. */
abstract class PowerCommand extends FleetCommand {
  private final HostCommand.Change change;
  private final String done;

  @Mixin final QuietOptions telling = new QuietOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Option(names = "--lock", paramLabel = "ID", description = "A lock of yours that holds the app.")
  @Nullable LockId lock;

  PowerCommand(Services services, Console console, HostCommand.Change change, String done) {
    super(services, console);
    this.change = change;
    this.done = done;
  }

  @Override
  int act(Fleet fleet) throws InterruptedException {
    FleetAnswers report = new FleetAnswers(console.out(), console.terminal(), output.json);
    String verb = change.verb();
    String question = verb.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + verb.substring(1);
    if (!confirmation.agreed(
        console, services, output, telling, question + " " + app, fleet.hosts())) {
      return report.nothingTouched();
    }
    List<HostResult> answers = transaction(fleet, change, lock);
    report.print(answers, done);
    report.leaveOut(answers, fleet.hosts());
    return exitCode(answers);
  }

  /** Ends an app's containers; what it would take to start them stays. */
  @Command(
      name = "stop",
      description = "Stops an app on all its hosts at once. Nothing serves it until start.")
  static final class Stop extends PowerCommand {
    Stop(Services services, Console console) {
      super(services, console, HostCommand.Change.STOP, "stopped");
    }
  }

  /** Starts what was stopped. */
  @Command(
      name = "start",
      description = "Starts on all hosts at once the release that was stopped there.")
  static final class Start extends PowerCommand {
    Start(Services services, Console console) {
      super(services, console, HostCommand.Change.START, "started");
    }
  }
}
