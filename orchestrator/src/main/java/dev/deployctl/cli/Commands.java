package dev.deployctl.cli;

import dev.deployctl.cli.completion.CompleteCommand;
import dev.deployctl.cli.completion.CompletionCommand;
import dev.deployctl.cli.fleet.AttachCommand;
import dev.deployctl.cli.fleet.ConsoleCommand;
import dev.deployctl.cli.fleet.EnvCommand;
import dev.deployctl.cli.fleet.ExportCommand;
import dev.deployctl.cli.fleet.HistoryCommand;
import dev.deployctl.cli.fleet.LogsCommand;
import dev.deployctl.cli.fleet.PlaceCommand;
import dev.deployctl.cli.fleet.RunCommand;
import dev.deployctl.cli.fleet.SchedulesCommand;
import dev.deployctl.cli.fleet.StatusCommand;
import dev.deployctl.cli.fleet.TrafficCommand;
import dev.deployctl.cli.fleet.UiCommand;
import dev.deployctl.cli.fleet.WhyCommand;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.setup.AppCommand;
import dev.deployctl.cli.setup.ApplyCommand;
import dev.deployctl.cli.setup.BootstrapCommand;
import dev.deployctl.cli.setup.ConfigCommand;
import dev.deployctl.cli.setup.DoctorCommand;
import dev.deployctl.cli.setup.InitCommand;
import dev.deployctl.cli.setup.SshConfigCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * The commands of the command line, in the order of its help. Most of a short run's time would go
 * into building their options, so only the command that is asked for is built.
 */
final class Commands {
  /** Commands whose output depends on the options of all commands. */
  private static final Set<String> READ_OTHERS = Set.of("help", "completion");

  /** Reads the options of the commands in the line that is its argument. */
  private static final String COMPLETE = "complete";

  static final Set<String> VERSION = Set.of("-V", "--version");

  private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();

  Commands(Services services) {
    commands.put("hosts", () -> new HostsCommand(services));
    commands.put("plan", () -> new PlanCommand(services));
    commands.put("rollout", () -> new RolloutCommand(services));
    commands.put("promote", () -> new PromoteCommand(services));
    commands.put("abandon", () -> new AbandonCommand(services));
    commands.put("rollback", () -> new RollbackCommand(services));
    commands.put("restart", () -> new RestartCommand(services));
    commands.put("status", () -> new StatusCommand(services));
    commands.put("history", () -> new HistoryCommand(services));
    commands.put("logs", () -> new LogsCommand(services));
    commands.put("traffic", () -> new TrafficCommand(services));
    commands.put("why", () -> new WhyCommand(services));
    commands.put("place", () -> new PlaceCommand(services));
    commands.put("run", () -> new RunCommand(services));
    commands.put("attach", () -> new AttachCommand(services));
    commands.put("console", () -> new ConsoleCommand(services));
    commands.put("schedules", () -> new SchedulesCommand(services));
    commands.put("ui", () -> new UiCommand(services));
    commands.put("env", () -> new EnvCommand(services, words -> Deployctl.run(services, words)));
    commands.put("export", () -> new ExportCommand(services));
    commands.put("maintenance", () -> new MaintenanceCommand(services));
    commands.put("stop", () -> new PowerCommand.Stop(services));
    commands.put("start", () -> new PowerCommand.Start(services));
    commands.put("drain", () -> new BalancerCommand.Drain(services));
    commands.put("undrain", () -> new BalancerCommand.Undrain(services));
    commands.put("lock", () -> new LockCommand(services));
    commands.put("unlock", () -> new UnlockCommand(services));
    commands.put("config", () -> new ConfigCommand(services));
    commands.put("ssh-config", () -> new SshConfigCommand(services));
    commands.put("init", () -> new InitCommand(services));
    commands.put("doctor", () -> new DoctorCommand(services));
    commands.put("app", () -> new AppCommand(services));
    commands.put("bootstrap", () -> new BootstrapCommand(services));
    commands.put("apply", () -> new ApplyCommand(services));
    commands.put("completion", () -> new CompletionCommand(services.console()));
    commands.put(COMPLETE, () -> new CompleteCommand(services));
    commands.put("help", () -> new CommandLine.HelpCommand());
  }

  /**
   * Returns the commands that these arguments need: the one that they name; none to tell the
   * version; all of them where they name none that exists, or one that reads all others.
   */
  List<Object> needed(String... arguments) {
    for (String argument : arguments) {
      if (!argument.startsWith("-")) { // options before a command have no value
        if (argument.equals(COMPLETE)) {
          return ofLine(arguments);
        }
        Supplier<Object> command = commands.get(argument);
        return command == null || READ_OTHERS.contains(argument) ? all() : List.of(command.get());
      }
      if (VERSION.contains(argument)) {
        return List.of();
      }
    }
    return all();
  }

  /** Returns {@code complete} and the command of its line, which follows the kind of candidates. */
  private List<Object> ofLine(String... arguments) {
    Stream<String> line =
        Stream.of(arguments)
            .dropWhile(argument -> !argument.equals(COMPLETE))
            .filter(argument -> !argument.startsWith("-"))
            .skip(2);
    return Stream.concat(Stream.of(COMPLETE), line)
        .distinct()
        .map(commands::get)
        .filter(Objects::nonNull)
        .map(Supplier::get)
        .toList();
  }

  private List<Object> all() {
    return commands.values().stream().map(Supplier::get).toList();
  }
}
