package dev.deployctl;

import dev.deployctl.cli.Console;
import dev.deployctl.cli.Deployctl;
import dev.deployctl.cli.Services;
import dev.deployctl.config.ConfigFinder;
import dev.deployctl.config.ConfigLoader;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.event.EventReader;
import dev.deployctl.inventory.AwsEnvironment;
import dev.deployctl.inventory.Ec2Inventory;
import dev.deployctl.inventory.FileInventory;
import dev.deployctl.inventory.RememberingInventory;
import dev.deployctl.inventory.SeenHosts;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.Terminal;
import dev.deployctl.rollout.HostAgent;
import dev.deployctl.rollout.HostShell;
import dev.deployctl.rollout.Interruption;
import dev.deployctl.rollout.Inventory;
import dev.deployctl.rollout.ThreadTimeline;
import dev.deployctl.rollout.Timeline;
import dev.deployctl.ssh.SshHostAgent;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
    boolean tty = isTerminal();
    Terminal terminal = Terminal.of(tty, environment, Wiring::size);
    Charset charset = terminal.unicode() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
    Console console =
        new Console(
            writer(new FileOutputStream(FileDescriptor.out), charset),
            writer(new FileOutputStream(FileDescriptor.err), charset),
            terminal,
            terminal,
            Wiring::size,
            Wiring::answer);
    try {
      return Deployctl.run(new Wiring(environment, console), console, words);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  @SuppressWarnings(
      "SystemConsoleNull") // The JDK 25's default console is null again without a terminal.
  private static boolean isTerminal() {
    java.io.Console standard = System.console();
    return standard != null && standard.isTerminal();
  }

  private static PrintWriter writer(OutputStream stream, Charset charset) {
    return new PrintWriter(stream, false, charset);
  }

  /** Asks the terminal, as a shell would. */
  private static Optional<Terminal.Size> size() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      stty.waitFor(1, TimeUnit.SECONDS);
      return Terminal.Size.parse(said);
    } catch (IOException notHere) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static @Nullable String answer() {
    try {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .readLine();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
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

  private dev.deployctl.ssh.SshSettings ssh(SshSettings wanted) {
    dev.deployctl.ssh.SshSettings settings = dev.deployctl.ssh.SshSettings.defaults();
    if (wanted.config() != null) {
      settings = settings.withConfigFile(wanted.config());
    }
    if (wanted.user() != null) {
      settings = settings.withUser(wanted.user());
    }
    if (wanted.port() != null) {
      settings = settings.withPort(wanted.port());
    }
    if (wanted.connectTimeout() != null) {
      settings = settings.withConnectTimeout(wanted.connectTimeout());
    }
    if (!wanted.identityFile().isEmpty()) {
      settings =
          settings.withOptions(
              wanted.identityFile().stream().map(file -> "IdentityFile=" + file).toList());
    }
    if (mayAsk()) {
      settings = settings.withPassphrases(Wiring::passphrase);
    }
    return settings;
  }

  @SuppressWarnings("SystemConsoleNull") // As above.
  private static char @Nullable [] passphrase(Path keyFile) {
    java.io.Console standard = System.console();
    return standard == null ? null : standard.readPassword("Passphrase of %s: ", keyFile);
  }

  @Override
  public Timeline timeline() {
    return new ThreadTimeline();
  }

  @Override
  public InterruptWatch watchInterrupts(Interruption interruption, Runnable first) {
    Runnable stop =
        () -> {
          if (interruption.requested()) {
            // The second time: at once. What hosts have begun they finish by themselves.
            Runtime.getRuntime().halt(130);
          }
          interruption.request();
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
