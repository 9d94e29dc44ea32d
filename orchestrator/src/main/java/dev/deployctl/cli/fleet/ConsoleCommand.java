package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostConsole;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.LocalTerminal;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.OneOffCommands;
import dev.deployctl.model.App;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Reason;
import dev.deployctl.output.terminal.Console;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Opens a console of an app in a container of its own. */
@Command(
    name = "console",
    description =
        "Open a console of the app in its own container on one host. Takes the first host, or the"
            + " one that --hosts names. The console ends with its connection."
            + " Ends with the exit code of the command in it.")
public final class ConsoleCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARGUMENT",
      description =
          "The console; put -- before it (default: the first of the definition). Hosts open only"
              + " what their definition allows.")
  List<String> words = List.of();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Say what the console is for; hosts record it.")
  @Nullable Reason reason;

  public ConsoleCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandLine line = new CommandLine(words);
    DeployConfig config = configuration.load(services);
    List<Host> hosts =
        selection.resolve(config, app, services.fleets().inventory(config.inventory()), console);
    try (HostConsole fleet = services.fleets().console(configuration.ssh(config))) {
      return open(fleet, hosts, OneOffCommands.console(app, reason, line));
    }
  }

  private int open(HostConsole fleet, List<Host> hosts, HostCommand command)
      throws InterruptedException {
    Host host = hosts.getFirst();
    console.err().println("Console of " + app + " on " + host.name() + ".");
    console.err().flush();
    try (LocalTerminal terminal = services.workstation().rawTerminal()) {
      return exitCode(fleet.open(host, command, terminal));
    } catch (HostUnreachableException unreachable) {
      throw new DeployException(
          FailureKind.UNREACHABLE,
          unreachable.reason(),
          HostOptions.orAnother(hosts, unreachable.hint()));
    } catch (ConnectionLostException lost) {
      throw new DeployException(
          FailureKind.UNREACHABLE,
          lost.reason() + "; the console ends with its connection",
          "deployctl status " + app + " tells what runs there");
    }
  }

  /**
   * Returns the exit code of the console's own command. Where the host refused or ended the
   * session, it is one of this program; the terminal has shown why.
   */
  static int exitCode(int ofHost) {
    if (ofHost == HostErrorKind.USAGE.exitCode()) {
      return ExitCodes.USAGE;
    }
    boolean error =
        Arrays.stream(HostErrorKind.values())
            .anyMatch(kind -> kind != HostErrorKind.INTERRUPTED && kind.exitCode() == ofHost);
    return error ? ExitCodes.FAILED : ofHost;
  }
}
