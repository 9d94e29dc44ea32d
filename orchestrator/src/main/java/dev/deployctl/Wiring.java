package dev.deployctl;

import dev.deployctl.cli.Console;
import dev.deployctl.cli.Deployctl;
import dev.deployctl.cli.Services;
import dev.deployctl.config.ConfigFinder;
import dev.deployctl.config.ConfigLoader;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.event.EventReader;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.inventory.FileInventory;
import dev.deployctl.inventory.RememberingInventory;
import dev.deployctl.inventory.SeenHosts;
import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import dev.deployctl.ssh.SshHostAgent;
import dev.deployctl.ssh.connect.ConnectionSettings;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds the real objects and lets the command line loose on them. */
final class Wiring implements Services {
  private final Map<String, String> environment;
  private final Console console;
  private volatile boolean silent;

  Wiring(Map<String, String> environment, Console console) {
    this.environment = environment;
    this.console = console;
  }

  static int run(String[] words) {
    Map<String, String> environment = System.getenv();
    StandardStreams streams = new StandardStreams(environment);
    int exit;
    try {
      exit = Deployctl.run(new Wiring(environment, streams.console()), streams.console(), words);
    } finally {
      streams.console().out().flush();
      streams.console().err().flush();
    }
    return streams.end(exit);
  }

  @Override
  public DeployConfig config(@Nullable Path file, @Nullable String overlay) {
    Path found = file == null ? ConfigFinder.find(Path.of("")) : file;
    return new ConfigLoader(environment).load(found, overlay);
  }

  @Override
  public Inventory inventory(InventorySettings settings) {
    return switch (settings) {
      case InventorySettings.HostsFile file -> new FileInventory(file.path());
      case InventorySettings.Ec2 ec2 ->
          new RememberingInventory(
              new Ec2Inventory(
                  ec2, AwsEnvironment.ofProcess(environment, codePrompt(), this::warn)),
              seen(ec2));
    };
  }

  private SeenHosts seen(InventorySettings.Ec2 ec2) {
    return SeenHosts.of(ec2, environment, Path.of(System.getProperty("user.home", "/")));
  }

  @Override
  public List<Host> hostsAtHand(InventorySettings settings, @Nullable TagQuery query) {
    return switch (settings) {
      case InventorySettings.HostsFile file ->
          new FileInventory(file.path()).hosts(query == null ? new TagQuery(Map.of()) : query);
      case InventorySettings.Ec2 ec2 -> seen(ec2).hosts(query);
    };
  }

  private @Nullable Function<String, String> codePrompt() {
    if (!mayAsk()) {
      return null;
    }
    return device -> {
      console.err().print("MFA code of " + device + ": ");
      console.err().flush();
      String code = console.answers().get();
      return code == null ? "" : code.strip();
    };
  }

  private void warn(String message) {
    console.err().println("deployctl: warning: " + message);
    console.err().flush();
  }

  @Override
  public HostAgent agent(SshSettings wanted) {
    return new SshHostAgent(ssh(wanted), new EventReader());
  }

  private ConnectionSettings ssh(SshSettings wanted) {
    return new ConnectionSettings(
        Optional.ofNullable(wanted.config()),
        Optional.ofNullable(wanted.user()),
        wanted.port() == null ? OptionalInt.empty() : OptionalInt.of(wanted.port()),
        Optional.ofNullable(wanted.connectTimeout()),
        wanted.identityFile().stream().map(file -> "IdentityFile=" + file).toList(),
        mayAsk() ? Optional.of(StandardStreams::passphrase) : Optional.empty());
  }

  @Override
  public Timeline timeline() {
    return new ThreadTimeline();
  }

  @Override
  public InterruptWatch watchInterrupts(Interruption interruption, Runnable first) {
    Runnable stop =
        () -> {
          boolean again = interruption.requested();
          if (interruption.request()) {
            return; // what ran has ended at once, and the command says so
          }
          if (again) {
            // The second time: at once. What hosts have begun they finish by themselves.
            Runtime.getRuntime().halt(130);
          }
          first.run();
        };
    // CI ends a job with TERM. A terminal that goes away says HUP, some of them twice: nobody is
    // there to be impatient, so it never means at once.
    Runnable alone =
        () -> {
          if (!interruption.requested()) {
            stop.run();
          }
        };
    List<Optional<Runnable>> restore =
        List.of(Signals.on("INT", stop), Signals.on("TERM", stop), Signals.on("HUP", alone));
    return () -> restore.forEach(handle -> handle.ifPresent(Runnable::run));
  }

  @Override
  public boolean mayAsk() {
    return !silent && console.terminal().interactive() && variable("CI") == null;
  }

  @Override
  public void neverAsk() {
    silent = true;
  }

  @Override
  public void verbose() {
    Logging.verbose();
  }

  @Override
  public List<String> environments(Path file) {
    return ConfigLoader.environments(file);
  }

  @Override
  public List<String> sshConfig(SshQuestion question) {
    return SshFacts.config(question);
  }

  @Override
  public Verdict hostKey(SshQuestion question) throws InterruptedException {
    return SshFacts.hostKey(question);
  }

  @Override
  public List<Fact> sshFacts(SshSettings settings, List<Host> hosts) {
    return Workstation.facts(ssh(settings), hosts);
  }

  @Override
  public boolean hasConfig() {
    return ConfigFinder.isThere(Path.of(""));
  }

  @Override
  public HostShell shell(HostAgent agent) {
    if (agent instanceof HostShell shell) {
      return shell;
    }
    throw new IllegalArgumentException("not an agent of these services: " + agent);
  }

  /** Beside bin and lib, where the build puts it; elsewhere only if the environment says so. */
  @Override
  public Path hostScript() {
    String given = environment.get("DEPLOYCTL_HOST_SCRIPT");
    if (given != null) {
      return Path.of(given);
    }
    try {
      Path jar = Path.of(Wiring.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.resolveSibling("../host-script").normalize();
    } catch (URISyntaxException notAFile) {
      throw new IllegalStateException(notAFile);
    }
  }

  @Override
  public String identity() {
    String user = environment.getOrDefault("USER", System.getProperty("user.name", "unknown"));
    return user + "@" + machine();
  }

  private String machine() {
    String given = environment.get("HOSTNAME");
    if (given != null && !given.isBlank()) {
      return given;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }

  @Override
  public @Nullable String variable(String name) {
    return environment.get(name);
  }
}
