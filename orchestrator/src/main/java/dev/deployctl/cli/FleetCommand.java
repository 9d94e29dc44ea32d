package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.App;
import picocli.CommandLine.Parameters;

/** A command that calls an app's hosts once, and whose first argument is the app. */
abstract class FleetCommand extends AppHostsCommand {
  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  FleetCommand(Services services) {
    super(services);
  }

  @Override
  final App app() {
    return app;
  }
}
