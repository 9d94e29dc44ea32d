package dev.deployctl.cli.setup;

import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.options.QuietOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.ConfigFinder;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Quoted;
import dev.deployctl.output.tables.BootstrapLog;
import dev.deployctl.output.terminal.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Installs the host script on hosts. */
@Command(
    name = "bootstrap",
    description =
        "Install or upgrade deployctl-host, as an operator with passwordless sudo on the hosts."
            + " Goes from host to host, and stops at the first that fails.")
public final class BootstrapCommand implements Callable<Integer> {
  private static final Pattern GROUP = Pattern.compile("[a-z_][a-z0-9_-]{0,30}");

  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();
  @Mixin final QuietOptions telling = new QuietOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Option(
      names = "--group",
      paramLabel = "NAME",
      defaultValue = "deployers",
      description = "Let members of this group deploy (default: ${DEFAULT-VALUE}).")
  String group;

  @Option(names = "--allow-downgrade", description = "Replace a newer version, too.")
  boolean allowDowngrade;

  @Parameters(
      index = "0",
      paramLabel = "HOST|APP",
      description = "An app, for all its hosts; or one host, named as for ssh.")
  String target;

  public BootstrapCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!GROUP.matcher(group).matches()) {
      throw new DeployException(
          FailureKind.USAGE, "not the name of a group: " + Quoted.of(group), null);
    }
    Bootstrap.Packaged packaged = services.workstation().hostScript();
    DeployConfig config = configOrNull();
    List<Host> hosts = hosts(config);
    BootstrapLog log = new BootstrapLog(console.out(), console.terminal(), output.json);
    if (!confirmation.agreed(
        services, output, telling, "Install deployctl-host " + packaged.version() + " on", hosts)) {
      return log.nothingTouched();
    }
    SshSettings none = new SshSettings(null, null, null, List.of(), null);
    SshSettings ssh = config == null ? configuration.ssh(none) : configuration.ssh(config);
    try (HostShell shell = services.fleets().shell(ssh)) {
      Bootstrap bootstrap = new Bootstrap(shell, shell, packaged, group);
      for (int i = 0; i < hosts.size(); i++) {
        Bootstrap.Installation installation = bootstrap.install(hosts.get(i), allowDowngrade);
        log.print(installation);
        if (!(installation.result() instanceof HostResult.Answered)) {
          log.left(hosts.subList(i + 1, hosts.size()));
          return installation.result() instanceof HostResult.Unreachable
              ? ExitCodes.UNREACHABLE
              : ExitCodes.FAILED;
        }
      }
    }
    return ExitCodes.OK;
  }

  /** Loads deployctl.yml if there is one: a host can be prepared before there is a project. */
  private @Nullable DeployConfig configOrNull() {
    if (configuration.file == null
        && configuration.environment == null
        && !ConfigFinder.isThere(Path.of(""))) {
      return null;
    }
    return configuration.load(services);
  }

  private List<Host> hosts(@Nullable DeployConfig config) {
    if (config != null && config.apps().containsKey(target)) {
      return selection.resolve(
          config, new App(target), services.fleets().inventory(config.inventory()), console);
    }
    if (target.startsWith("-") || target.isBlank()) {
      throw new DeployException(
          FailureKind.USAGE, "neither an app nor a host: " + Quoted.of(target), null);
    }
    if (!selection.words().isEmpty()) {
      throw new DeployException(
          FailureKind.USAGE,
          Quoted.of(target) + " is no app: " + selection.words().get(0) + " narrows an app's hosts",
          "name the app, or the host alone");
    }
    return List.of(Host.named(target));
  }
}
