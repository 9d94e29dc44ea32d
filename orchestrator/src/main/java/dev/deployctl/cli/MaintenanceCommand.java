package dev.deployctl.cli;

import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.LockId;
import dev.deployctl.output.tables.FleetAnswers;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  /** For the shell's completion. */
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
      description = "Begin or end it.")
  Switch wanted;

  @Option(names = "--lock", paramLabel = "ID", description = "A lock of yours that holds the app.")
  @Nullable LockId lock;

  @Mixin final QuietOptions telling = new QuietOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  MaintenanceCommand(Services services, Console console) {
    super(services, console);
  }

  @Override
  int act(Fleet fleet) throws InterruptedException {
    String word = Converters.word(wanted);
    FleetAnswers report = new FleetAnswers(console.out(), console.terminal(), output.json);
    if (!confirmation.agreed(
        console, services, output, telling, "Maintenance of " + app + " " + word, fleet.hosts())) {
      return report.nothingTouched();
    }
    List<HostResult> answers =
        transaction(
            fleet,
            wanted == Switch.ON
                ? HostCommand.Change.MAINTENANCE_ON
                : HostCommand.Change.MAINTENANCE_OFF,
            lock);
    report.print(answers, "maintenance " + word);
    report.leaveOut(answers, fleet.hosts());
    return exitCode(answers);
  }
}
