package dev.deployctl.cli.fleet;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.OneOff;
import dev.deployctl.fleet.RunningCommand;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.OneOffCommands;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.RunId;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.tables.LogLines;
import dev.deployctl.output.tables.OneOffOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Follows a one-off command that runs on a host. */
@Command(
    name = "attach",
    description =
        "Follow a one-off command that runs on a host: a command of run, a release command, a"
            + " scheduled one. Ends with the command's exit code.")
public final class AttachCommand extends FleetCommand {
  @Option(
      names = "--run",
      paramLabel = "ID",
      description = "Follow this one, or show how it ended (default: the only one that runs).")
  @Nullable RunId run;

  public AttachCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    List<HostResult> answers =
        new FleetCall(fleet.agent(), fleet.timeline(), this::note)
            .ask(fleet.hosts(), HostCommand.status(app), fleet.parallelism());
    List<RunningCommand> running = RunningCommand.among(answers);
    RunningCommand one = chosen(running);
    if (one != null) {
      note(one.describe());
      return follow(fleet, one.host(), one.id());
    }
    new FleetAnswers(console.err(), console.errors(), false).problems(answers);
    if (run != null && fleet.hosts().size() == 1) {
      return follow(fleet, fleet.hosts().getFirst(), run);
    }
    int exit = exitCode(answers);
    if (exit != ExitCodes.OK) {
      return exit;
    }
    throw new DeployException(
        FailureKind.NOTHING_TO_DO,
        run == null
            ? "no one-off command of " + app + " runs on these hosts"
            : "run " + run + " does not run on any of these hosts",
        "deployctl history "
            + app
            + " tells how commands ended; attach --run ID --hosts HOST shows the end of one");
  }

  private @Nullable RunningCommand chosen(List<RunningCommand> running) {
    List<RunningCommand> asked =
        running.stream().filter(one -> run == null || one.id().equals(run)).toList();
    if (asked.size() > 1) {
      throw new DeployException(
          FailureKind.USAGE,
          asked.size() + " one-off commands of " + app + " run: " + list(asked),
          "name one: deployctl attach " + app + " --run ID");
    }
    return asked.isEmpty() ? null : asked.getFirst();
  }

  private static String list(List<RunningCommand> running) {
    return String.join("; ", running.stream().map(RunningCommand::describe).toList());
  }

  private int follow(Fleet fleet, Host host, RunId id) throws InterruptedException {
    LogLines lines = new LogLines(console.out(), console.terminal(), output.json, List.of(host));
    OneOff oneOff =
        new OneOff(
            fleet.agent(),
            fleet.timeline(),
            OneOffCommands.attach(app, id),
            (on, started) ->
                lines.look(
                    app, configuration.environment, on, started == null ? id.value() : started));
    Interruption interruption = new Interruption();
    try (Workstation.InterruptWatch _ =
        services.workstation().watchInterrupts(interruption, Thread.currentThread()::interrupt)) {
      return report(oneOff.run(host, new OneOffOutput(lines, console, host, this::note)));
    } finally {
      // An interrupt that came too late must not reach the code that closes connections.
      boolean _ = Thread.interrupted();
    }
  }
}
