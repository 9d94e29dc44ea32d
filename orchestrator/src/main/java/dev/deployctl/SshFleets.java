package dev.deployctl;

import dev.deployctl.cli.ports.Fleets;
import dev.deployctl.cli.ports.Prompts;
import dev.deployctl.config.SshSettings;
import dev.deployctl.event.EventReader;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostConsole;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.gates.Alarms;
import dev.deployctl.gates.cloudwatch.CloudWatchAlarms;
import dev.deployctl.inventory.FileInventory;
import dev.deployctl.inventory.RememberingInventory;
import dev.deployctl.inventory.SeenHosts;
import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import dev.deployctl.openssh.config.LocalUser;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.ssh.SshHostAgent;
import dev.deployctl.ssh.connect.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hosts from a file or from EC2, and connections to them over SSH. */
final class SshFleets implements Fleets {
  private final Map<String, String> environment;
  private final Console console;
  private final Prompts prompts;

  SshFleets(Map<String, String> environment, Console console, Prompts prompts) {
    this.environment = environment;
    this.console = console;
    this.prompts = prompts;
  }

  @Override
  public Inventory inventory(InventorySettings settings) {
    // Whoever wants an inventory asks it next; the client for EC2 alone takes a while to start.
    console.status().show("finding hosts");
    return switch (settings) {
      case InventorySettings.HostsFile file -> new FileInventory(file.path());
      case InventorySettings.Ec2 ec2 ->
          new RememberingInventory(
              new Ec2Inventory(
                  ec2, AwsEnvironment.ofProcess(environment, codePrompt(), this::warn)),
              seen(ec2));
    };
  }

  @Override
  public List<Host> knownHosts(InventorySettings settings, @Nullable TagQuery query) {
    return switch (settings) {
      case InventorySettings.HostsFile file ->
          new FileInventory(file.path()).hosts(query == null ? new TagQuery(Map.of()) : query);
      case InventorySettings.Ec2 ec2 -> seen(ec2).hosts(query);
    };
  }

  @Override
  public Alarms alarms(InventorySettings settings) {
    return new CloudWatchAlarms(
        settings, AwsEnvironment.ofProcess(environment, codePrompt(), this::warn));
  }

  private SeenHosts seen(InventorySettings.Ec2 ec2) {
    return SeenHosts.of(ec2, environment, () -> LocalUser.current().home());
  }

  private @Nullable Function<String, String> codePrompt() {
    if (!prompts.allowed()) {
      return null;
    }
    return device -> {
      console.err().print("MFA code of " + device + ": ");
      console.err().flush();
      String code = console.answers().get();
      return code == null ? "" : code.strip();
    };
  }

  private char @Nullable [] passphrase(Path keyFile) {
    console.status().erase();
    return StandardStreams.passphrase(keyFile);
  }

  private void warn(String message) {
    console.err().println("deployctl: warning: " + message);
    console.err().flush();
  }

  @Override
  public HostAgent agent(SshSettings settings) {
    return shell(settings);
  }

  @Override
  public HostShell shell(SshSettings settings) {
    return connections(settings);
  }

  @Override
  public HostConsole console(SshSettings settings) {
    return connections(settings);
  }

  private SshHostAgent connections(SshSettings settings) {
    return new SshHostAgent(ssh(settings), new EventReader());
  }

  /** Returns the connection settings that the configuration and the command line ask for. */
  ConnectionSettings ssh(SshSettings wanted) {
    return new ConnectionSettings(
        Optional.ofNullable(wanted.config()),
        Optional.ofNullable(wanted.user()),
        wanted.port() == null ? OptionalInt.empty() : OptionalInt.of(wanted.port()),
        Optional.ofNullable(wanted.connectTimeout()),
        wanted.identityFile().stream().map(file -> "IdentityFile=" + file).toList(),
        prompts.allowed() ? Optional.of(this::passphrase) : Optional.empty());
  }
}
