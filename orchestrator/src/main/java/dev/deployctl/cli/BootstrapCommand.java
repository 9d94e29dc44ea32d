package dev.deployctl.cli;

import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Words;
import dev.deployctl.output.tables.BootstrapLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts the host-side script onto hosts. */
@Command(
    name = "bootstrap",
    description =
        "Installs or upgrades deployctl-host, for an operator who may be root on the hosts by"
            + " sudo without a password. One host after another; stops at the first that fails.")
final class BootstrapCommand implements Callable<Integer> {
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
      description = "Its members may deploy (default: ${DEFAULT-VALUE}).")
  String group;

  @Option(names = "--allow-downgrade", description = "Also over a version that is newer.")
  boolean allowDowngrade;

  @Parameters(
      index = "0",
      paramLabel = "HOST|APP",
      description = "The hosts of this app; or this host, named as after ssh.")
  String target;

  BootstrapCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!GROUP.matcher(group).matches()) {
      throw new DeployException(
          FailureKind.USAGE, "not the name of a group: " + Words.quoted(group), null);
    }
    Bootstrap.Packaged packaged = ScriptArchive.read(services.hostScript());
    DeployConfig config = configOrNull();
    List<Host> hosts = hosts(config);
    BootstrapLog log = new BootstrapLog(console.out(), console.terminal(), output.json);
    if (!confirmation.agreed(
        console,
        services,
        output,
        telling,
        "Install deployctl-host " + packaged.version() + " on",
        hosts)) {
      return log.nothingTouched();
    }
    SshSettings none = new SshSettings(null, null, null, List.of(), null);
    SshSettings ssh = config == null ? configuration.ssh(none) : configuration.ssh(config);
    try (HostAgent agent = services.agent(ssh)) {
      Bootstrap bootstrap = new Bootstrap(agent, services.shell(agent), packaged, group);
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

  /** A host can be made ready before there is any project. */
  private @Nullable DeployConfig configOrNull() {
    if (configuration.file == null && configuration.environment == null && !services.hasConfig()) {
      return null;
    }
    return configuration.load(services);
  }

  private List<Host> hosts(@Nullable DeployConfig config) {
    if (config != null && config.apps().containsKey(target)) {
      return selection.resolve(
          config, new App(target), services.inventory(config.inventory()), console);
    }
    if (target.startsWith("-") || target.isBlank()) {
      throw new DeployException(
          FailureKind.USAGE, "neither an app nor a host: " + Words.quoted(target), null);
    }
    if (!selection.words().isEmpty()) {
      throw new DeployException(
          FailureKind.USAGE,
          Words.quoted(target)
              + " is no app: "
              + selection.words().get(0)
              + " narrows an app's hosts",
          "name the app, or the host alone");
    }
    return List.of(new Host(target, target, target, "", Map.of()));
  }
}
