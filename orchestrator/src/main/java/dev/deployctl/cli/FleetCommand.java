package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.HostAgent;
import dev.deployctl.rollout.HostAnswer;
import dev.deployctl.rollout.Timeline;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that asks an app's hosts something, or tells them to do one thing. */
abstract class FleetCommand implements Callable<Integer> {
  final Services services;
  final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final OutputOptions output = new OutputOptions();

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  FleetCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  /** The hosts of the app, and how to talk to them. */
  record Fleet(List<Host> hosts, HostAgent agent, Timeline timeline, int parallelism) {}

  @Override
  public final Integer call() throws InterruptedException {
    DeployConfig config = configuration.load(services);
    List<Host> hosts = selection.resolve(config, app, services.inventory(config.inventory()));
    try (HostAgent agent = services.agent(configuration.ssh(config))) {
      return act(
          new Fleet(hosts, agent, services.timeline(), config.app(app).rollout().parallelism()));
    }
  }

  /** Does it; the exit code. */
  abstract int act(Fleet fleet) throws InterruptedException;

  /** What the answers mean for the exit code: the gravest counts. */
  static int exitCode(List<HostAnswer> answers) {
    int exit = ExitCodes.OK;
    for (HostAnswer answer : answers) {
      switch (answer) {
        case HostAnswer.OutOfReach gone -> {
          return ExitCodes.UNREACHABLE;
        }
        case HostAnswer.Refused refused ->
            exit = exit == ExitCodes.FAILED || !refused.locked() ? ExitCodes.FAILED : LOCKED;
        case HostAnswer.Done done -> {}
      }
    }
    return exit;
  }

  private static final int LOCKED = dev.deployctl.model.FailureKind.LOCKED.exitCode();
}
