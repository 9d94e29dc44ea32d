package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import java.util.List;
import picocli.CommandLine.Command;

/** Stops or starts an app on all its hosts at once. */
abstract class PowerCommand extends TransactionCommand {
  private final String intent;
  private final String done;

  PowerCommand(Services services, String verb, String intent, String done) {
    super(verb, services);
    this.intent = intent;
    this.done = done;
  }

  @Override
  List<String> arguments() {
    return List.of();
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
      super(services, "stop", "Stop", "stopped");
    }
  }

  /** Starts what was stopped. */
  @Command(
      name = "start",
      description = "Start the stopped release of an app, on all its hosts at once.")
  static final class Start extends PowerCommand {
    Start(Services services) {
      super(services, "start", "Start", "started");
    }
  }
}
