package dev.deployctl.cli.fleet;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.App;
import picocli.CommandLine.Parameters;

/** A command that calls an app's hosts once, and whose first argument is the app. */
public abstract class FleetCommand extends AppHostsCommand {
  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  protected App app;

  protected FleetCommand(Services services) {
    super(services);
  }

  @Override
  protected final App app() {
    return app;
  }
}
