package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.ImageOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.OneOff;
import dev.deployctl.fleet.command.OneOffCommands;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.Host;
import dev.deployctl.output.tables.LogLines;
import dev.deployctl.output.tables.OneOffOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a one-off command in its own container, such as a migration. */
@Command(
    name = "run",
    description =
        "Run a command of the app in its own container on one host. Takes the first host, or the"
            + " one that --hosts names. The command uses the image of the live release, or the one"
            + " that --tag or --digest names. Ends with the command's exit code.")
public final class RunCommand extends FleetCommand {
  @Option(names = "--each", description = "Run on each host, one after another, until one fails.")
  boolean each;

  /** Null: the image of the live release. */
  @ArgGroup(multiplicity = "0..1")
  @Nullable ImageOptions other;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "ARGUMENT",
      description = "The command; put -- before it. Hosts run only what their definition allows.")
  List<String> words;

  public RunCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    CommandLine line = new CommandLine(words);
    List<Host> hosts = each ? fleet.hosts() : fleet.hosts().subList(0, 1);
    console.status().asking(hosts);
    LogLines lines = new LogLines(console.out(), console.terminal(), output.json, hosts);
    OneOff oneOff =
        new OneOff(
            fleet.agent(),
            fleet.timeline(),
            OneOffCommands.run(app, other == null ? null : other.image(), line),
            (host, run) -> lines.look(app, configuration.environment, host, run));
    Interruption interruption = new Interruption();
    // Ctrl-C lets the command go on, and says where. A second one leaves at once.
    try (Workstation.InterruptWatch _ =
        services.workstation().watchInterrupts(interruption, Thread.currentThread()::interrupt)) {
      for (Host host : hosts) {
        OneOff.End end = oneOff.run(host, new OneOffOutput(lines, console, host, this::note));
        int exit = report(end);
        if (!each && end.answer() instanceof HostResult.Unreachable lost && !lost.mayHaveRun()) {
          String another = HostOptions.orAnother(fleet.hosts(), null);
          if (another != null) {
            note("     " + another);
          }
        }
        if (exit != ExitCodes.OK) {
          return exit;
        }
      }
      return ExitCodes.OK;
    } finally {
      // An interrupt that came too late must not reach the code that closes connections.
      boolean _ = Thread.interrupted();
    }
  }
}
