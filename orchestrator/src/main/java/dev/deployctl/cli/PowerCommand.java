package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.command.HostCommand;
import picocli.CommandLine.Command;

/** Stops or starts an app on all its hosts at once. */
abstract class PowerCommand extends TransactionCommand {
  private final HostCommand.Change change;
  private final String intent;
  private final String done;

  PowerCommand(Services services, HostCommand.Change change, String intent, String done) {
    super(services);
    this.change = change;
    this.intent = intent;
    this.done = done;
  }

  @Override
  HostCommand.Change change() {
    return change;
  }

  @Override
  String intent() {
    return intent + " " + app;
  }

  @Override
  String done() {
    return done;
  }

  /** Ends an app's containers, and keeps what it takes to start them. */
  @Command(
      name = "stop",
      description = "Stop an app on all its hosts at once. It stays stopped until start.")
  static final class Stop extends PowerCommand {
    Stop(Services services) {
      super(services, HostCommand.Change.STOP, "Stop", "stopped");
    }
  }

  /** Starts what was stopped. */
  @Command(
      name = "start",
      description = "Start the stopped release of an app, on all its hosts at once.")
  static final class Start extends PowerCommand {
    Start(Services services) {
      super(services, HostCommand.Change.START, "Start", "started");
    }
  }
}
