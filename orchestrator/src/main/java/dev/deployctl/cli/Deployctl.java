package dev.deployctl.cli;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.report.CiAnnotations;
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

/** The command line: builds it, and runs it with words. */
@Command(
    name = "deployctl",
    description = "Rolls applications out over hosts, without losing a request.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    scope = CommandLine.ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the rollout failed, or something is not as it should be",
      "2:the command line or the configuration is wrong",
      "3:no host, nothing to do, or a preflight refuses; nothing was touched",
      "4:somebody else holds the app; nothing was touched",
      "5:hosts are out of reach",
      "130:interrupted"
    })
public final class Deployctl implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "With errors, where in this program they arose.")
  boolean stackTrace;

  @Option(
      names = {"-v", "--verbose"},
      scope = CommandLine.ScopeType.INHERIT,
      description = "Tells on standard error what is done.")
  boolean verbose;

  @Option(
      names = "--no-input",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Never asks anything, also not on a terminal.")
  boolean noInput;

  Deployctl(CommandSpec spec) {
    this.spec = spec;
  }

  private Deployctl() {
    this(CommandSpec.create());
  }

  /** Runs one command; returns the exit code and never throws. */
  public static int run(Services services, Console console, String... words) {
    return create(services, console).execute(words);
  }

  /** The command line, ready to run or to be asked for its help. */
  public static CommandLine create(Services services, Console console) {
    CommandLine commandLine = new CommandLine(new Deployctl());
    commandLine.addSubcommand(new HostsCommand(services, console));
    commandLine.addSubcommand(new PlanCommand(services, console));
    commandLine.addSubcommand(new RolloutCommand(services, console));
    commandLine.addSubcommand(new RollbackCommand(services, console));
    commandLine.addSubcommand(new RestartCommand(services, console));
    commandLine.addSubcommand(new StatusCommand(services, console));
    commandLine.addSubcommand(new HistoryCommand(services, console));
    commandLine.addSubcommand(new LogsCommand(services, console));
    commandLine.addSubcommand(new RunCommand(services, console));
    commandLine.addSubcommand(new MaintenanceCommand(services, console));
    commandLine.addSubcommand(new PowerCommand.Stop(services, console));
    commandLine.addSubcommand(new PowerCommand.Start(services, console));
    commandLine.addSubcommand(new LockCommand(services, console));
    commandLine.addSubcommand(new UnlockCommand(services, console));
    commandLine.addSubcommand(new ConfigCommand(services, console));
    commandLine.addSubcommand(new SshConfigCommand(services, console));
    commandLine.addSubcommand(new InitCommand(services, console));
    commandLine.addSubcommand(new DoctorCommand(services, console));
    commandLine.addSubcommand(new BootstrapCommand(services, console));
    commandLine.addSubcommand(new CompletionCommand(console));
    commandLine.addSubcommand(new CompleteCommand(services, console));
    commandLine.addSubcommand(new PackagingCommand());
    commandLine.addSubcommand(new CommandLine.HelpCommand());
    Converters.register(commandLine);
    // A word is a word, and not the name of a file with more of them.
    commandLine.setExpandAtFiles(false);
    commandLine.setOut(console.out());
    commandLine.setErr(console.err());
    commandLine.setExecutionStrategy(
        parsed -> {
          if (parsed.commandSpec().userObject() instanceof Deployctl root) {
            root.prepare(services);
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    ErrorPrinter errors = new ErrorPrinter(console.err(), console.errors());
    commandLine.setParameterExceptionHandler(
        (wrong, given) -> new UsageErrors(errors).print(wrong));
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (parsed.commandSpec().root().userObject() instanceof Deployctl root
              && root.stackTrace) {
            failure.printStackTrace(console.err());
          }
          if (failure instanceof DeployException known
              && CiAnnotations.wanted(services::variable)) {
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

  private void prepare(Services services) {
    if (verbose) {
      services.verbose();
    }
    if (noInput) {
      services.neverAsk();
    }
  }

  private static boolean asksForJson(CommandLine command) {
    OptionSpec option = command.getCommandSpec().findOption("--json");
    return option != null && Boolean.TRUE.equals(option.getValue());
  }

  /** Without a command: the help, and no success, for nothing was done. */
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
        errors.print("a defect: " + failure, "please report it, with what --stacktrace prints");
        yield ExitCodes.INTERNAL;
      }
    };
  }
}
