package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.OneOff;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.App;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.terminal.Console;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that calls an app's hosts, and does not say where on the command line the app is. */
public abstract class AppHostsCommand implements Callable<Integer> {
  protected final Services services;
  protected final Console console;

  @Mixin protected final ConfigOptions configuration = new ConfigOptions();
  @Mixin protected final HostOptions selection = new HostOptions();
  @Mixin protected final JsonOptions output = new JsonOptions();

  protected AppHostsCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  /** The hosts of the app and the connections to them. */
  public record Fleet(List<Host> hosts, HostAgent agent, Timeline timeline, int parallelism) {}

  @Override
  public final Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    App app = app();
    List<Host> hosts =
        selection.resolve(config, app, services.fleets().inventory(config.inventory()), console);
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      console.status().asking(hosts);
      return act(
          new Fleet(hosts, agent, new ThreadTimeline(), config.app(app).rollout().parallelism()));
    }
  }

  /** Prints a sentence for people on standard error; nothing where the output is JSON. */
  protected final void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  /**
   * Prints why a one-off command did not succeed. Returns the exit code, its own where it has one.
   */
  protected final int report(OneOff.End end) {
    console.out().flush();
    List<HostResult> answers = List.of(end.answer());
    new FleetAnswers(console.err(), console.errors(), false).problems(answers);
    return end.code() != 0 ? end.code() : exitCode(answers);
  }

  /** Returns the app whose hosts are called. */
  protected abstract App app();

  /** Does what the command is for. Returns the exit code. */
  protected abstract int act(Fleet fleet) throws InterruptedException;

  /** Returns the exit code of the gravest answer. */
  protected static int exitCode(List<HostResult> answers) {
    int exit = ExitCodes.OK;
    for (HostResult answer : answers) {
      switch (answer) {
        case HostResult.Unreachable _ -> {
          return ExitCodes.UNREACHABLE;
        }
        case HostResult.Refused refused when refused.exit() == INTERRUPTED -> {
          return INTERRUPTED;
        }
        case HostResult.Refused refused ->
            exit = exit == ExitCodes.FAILED || !refused.locked() ? ExitCodes.FAILED : LOCKED;
        case HostResult.Answered done -> {}
      }
    }
    return exit;
  }

  private static final int INTERRUPTED = FailureKind.INTERRUPTED.exitCode();
  private static final int LOCKED = FailureKind.LOCKED.exitCode();
}
