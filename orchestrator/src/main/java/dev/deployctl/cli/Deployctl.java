package dev.deployctl.cli;

import dev.deployctl.cli.completion.CompleteCommand;
import dev.deployctl.cli.completion.CompletionCommand;
import dev.deployctl.cli.fleet.EnvCommand;
import dev.deployctl.cli.help.Advanced;
import dev.deployctl.cli.help.HelpPages;
import dev.deployctl.cli.help.UsageErrors;
import dev.deployctl.cli.options.Converters;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.setup.AppCommand;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.report.CiAnnotations;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.ErrorPrinter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Builds the command line and runs it. */
@Command(
    name = "deployctl",
    description = "Deploy Docker containers to many hosts over SSH, with zero downtime.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    scope = CommandLine.ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the rollout failed, a check found a problem, or a report was not written",
      "2:the command line or the configuration is wrong",
      "3:no host, nothing to do, or a preflight refused; nothing was touched",
      "4:somebody else holds the app's lock; nothing was touched",
      "5:hosts are unreachable",
      "130:interrupted"
    })
public final class Deployctl implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Advanced
  @Option(
      names = "--stacktrace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print a stack trace when a command fails.")
  boolean stackTrace;

  @Advanced
  @Option(
      names = {"-v", "--verbose"},
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show every step, and log to standard error.")
  boolean verbose;

  @Advanced
  @Option(
      names = "--no-input",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Never prompt, even on a terminal.")
  boolean noInput;

  @Advanced
  @Option(
      names = "--all",
      scope = CommandLine.ScopeType.INHERIT,
      description = "With --help: list all options, and the exit codes.")
  boolean all;

  Deployctl(CommandSpec spec) {
    this.spec = spec;
  }

  private Deployctl() {
    this(CommandSpec.create());
  }

  /** Runs one command; returns the exit code and never throws. */
  public static int run(Services services, String... arguments) {
    if (ProgramVersion.isAllThatIsAskedFor(arguments)) {
      services.console().out().println(ProgramVersion.text());
      return ExitCodes.OK;
    }
    return create(services, arguments).execute(arguments);
  }

  /**
   * Builds the command line, to run it or to read its help.
   *
   * @param arguments with which it will run; without them it has all its commands
   */
  public static CommandLine create(Services services, String... arguments) {
    Console console = services.console();
    Deployctl root = new Deployctl();
    CommandLine commandLine = new CommandLine(root);
    Commands commands = new Commands(services);
    commands.needed(arguments).forEach(commandLine::addSubcommand);
    HelpPages.install(commandLine, () -> root.all);
    Converters.register(commandLine);
    Converters.register(commandLine, MaintenanceCommand.Switch.class);
    Converters.register(commandLine, AppCommand.Action.class);
    Converters.register(commandLine, EnvCommand.Action.class);
    Converters.register(commandLine, CompletionCommand.Shell.class);
    Converters.register(commandLine, CompleteCommand.What.class);
    // An argument @name is text, and not a file with more arguments.
    commandLine.setExpandAtFiles(false);
    commandLine.setOut(console.out());
    commandLine.setErr(console.err());
    commandLine.setExecutionStrategy(
        parsed -> {
          root.prepare(services, parsed);
          return new CommandLine.RunLast().execute(parsed);
        });
    ErrorPrinter errors = new ErrorPrinter(console.err(), console.errors());
    commandLine.setParameterExceptionHandler(
        (wrong, given) -> new UsageErrors(errors).print(wrong));
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (root.stackTrace) {
            failure.printStackTrace(console.err());
          }
          if (failure instanceof DeployException known
              && CiAnnotations.wanted(services.workstation()::variable)) {
            CiAnnotations.print(
                known, console.err(), file -> Path.of(file).toAbsolutePath().toString());
          }
          if (failure instanceof DeployException known && asksForJson(command)) {
            new JsonReport(console.out(), Clock.systemUTC()).error(known);
            return known.kind().exitCode();
          }
          return failed(failure, errors);
        });
    return commandLine;
  }

  private void prepare(Services services, CommandLine.ParseResult parsed) {
    if (all && !asksForHelp(parsed)) {
      throw new CommandLine.ParameterException(
          parsed.asCommandLineList().getLast(), "--all goes with --help");
    }
    if (verbose) {
      services.workstation().logVerbosely();
    }
    if (noInput) {
      services.prompts().disable();
    }
  }

  private static boolean asksForHelp(CommandLine.ParseResult parsed) {
    return parsed.asCommandLineList().getLast().getCommand() instanceof Deployctl
        || parsed.asCommandLineList().stream()
            .anyMatch(
                command ->
                    command.isUsageHelpRequested() || command.getCommandSpec().helpCommand());
  }

  private static boolean asksForJson(CommandLine command) {
    OptionSpec option = command.getCommandSpec().findOption("--json");
    return option != null && Boolean.TRUE.equals(option.getValue());
  }

  /** Prints the help where no command is given, and fails, because nothing was done. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCodes.USAGE;
  }

  private static int failed(Exception failure, ErrorPrinter errors) {
    return switch (failure) {
      case DeployException known -> {
        errors.print(known);
        yield known.kind().exitCode();
      }
      case InterruptedException interrupted -> {
        errors.print("interrupted; hosts finish by themselves what they have begun", null);
        yield FailureKind.INTERRUPTED.exitCode();
      }
      default -> {
        errors.print(
            "internal error: " + failure, "please report it, with the output of --stacktrace");
        yield ExitCodes.INTERNAL;
      }
    };
  }
}
