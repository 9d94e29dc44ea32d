package dev.deployctl.cli;

import dev.deployctl.cli.options.Converters;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.command.HostCommand;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows visitors a maintenance page in place of the app, which goes on running. */
@Command(
    name = "maintenance",
    description =
        "Make an app answer 503 on all its hosts at once (on), or itself again (off). The release"
            + " goes on running.")
final class MaintenanceCommand extends TransactionCommand {
  /** The beginning or the end of the maintenance. */
  enum Switch {
    ON,
    OFF
  }

  /** The values for the shell's completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("on", "off").iterator();
    }
  }

  @Parameters(
      index = "1",
      paramLabel = "on|off",
      completionCandidates = Names.class,
      description = "Begin or end the maintenance.")
  Switch wanted;

  MaintenanceCommand(Services services) {
    super(services);
  }

  @Override
  HostCommand.Change change() {
    return wanted == Switch.ON
        ? HostCommand.Change.MAINTENANCE_ON
        : HostCommand.Change.MAINTENANCE_OFF;
  }

  @Override
  String intent() {
    return (wanted == Switch.ON ? "Begin" : "End") + " maintenance of " + app;
  }

  @Override
  String done() {
    return "maintenance " + Converters.word(wanted);
  }
}
