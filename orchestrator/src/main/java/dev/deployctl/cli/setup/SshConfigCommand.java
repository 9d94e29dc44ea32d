package dev.deployctl.cli.setup;

import dev.deployctl.cli.options.SshOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.SshInspector;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.output.terminal.Console;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the settings of ssh_config for one host, for comparison with {@code ssh -G}. */
@Command(
    name = "ssh-config",
    description =
        "Print the settings of ssh_config for a host, in the form of ssh -G. Make no connection,"
            + " except with --check-host-key.")
public final class SshConfigCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final SshOptions ssh = new SshOptions();

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "Connect to this port.")
  @Nullable Integer port;

  @Option(
      names = "--check-host-key",
      description = "Connect, and print whether the host's key is trusted and why.")
  boolean checkHostKey;

  @Parameters(
      index = "0",
      paramLabel = "HOST",
      description = "[user@]host or ssh://[user@]host[:port].")
  String host;

  public SshConfigCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    SshInspector.SshQuestion question =
        new SshInspector.SshQuestion(host, ssh.config, ssh.user, port);
    if (checkHostKey) {
      SshInspector.Verdict verdict = services.ssh().hostKey(question);
      console.out().println((verdict.trusted() ? "trusted: " : "not trusted: ") + verdict.why());
      if (verdict.hint() != null) {
        console.out().println("  " + verdict.hint());
      }
      return verdict.trusted() ? ExitCodes.OK : ExitCodes.FAILED;
    }
    List<String> lines = services.ssh().config(question);
    lines.forEach(line -> console.out().print(line + "\n"));
    return ExitCodes.OK;
  }
}
