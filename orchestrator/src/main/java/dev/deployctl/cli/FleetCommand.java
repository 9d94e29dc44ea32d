package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.App;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.FleetTransaction;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that asks an app's hosts something, or tells them to do one thing. */
abstract class FleetCommand implements Callable<Integer> {
  final Services services;
  final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();

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
    List<Host> hosts =
        selection.resolve(config, app, services.inventory(config.inventory()), console);
    try (HostAgent agent = services.agent(configuration.ssh(config))) {
      return act(
          new Fleet(hosts, agent, services.timeline(), config.app(app).rollout().parallelism()));
    }
  }

  /**
   * Runs one transaction on all hosts. The first Ctrl-C lets those finish that run and begins no
   * more, so that the lock is given back; the second leaves at once.
   */
  final List<HostResult> transaction(Fleet fleet, HostCommand.Change change, @Nullable LockId lock)
      throws InterruptedException {
    Interruption interruption = new Interruption();
    try (Services.InterruptWatch _ =
        services.watchInterrupts(
            interruption,
            () -> {
              console
                  .err()
                  .println(
                      "Interrupted: hosts that are at it finish, no more are begun. Once more"
                          + " leaves at once.");
              console.err().flush();
            })) {
      return new FleetTransaction(
              fleet.agent(),
              fleet.timeline(),
              event -> {
                if (event instanceof RolloutEvent.Note note) {
                  note(note.message());
                }
              },
              interruption)
          .run(
              app,
              change,
              fleet.hosts(),
              new FleetTransaction.Options(
                  fleet.parallelism(),
                  LockTerms.of(Rollouts.reason(change.verb(), services)),
                  lock,
                  Rollouts.PATIENCE));
    }
  }

  /** Prints a sentence for people on standard error; nothing where the output is JSON. */
  final void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  /** Does it; the exit code. */
  abstract int act(Fleet fleet) throws InterruptedException;

  /** What the answers mean for the exit code: the gravest counts. */
  static int exitCode(List<HostResult> answers) {
    int exit = ExitCodes.OK;
    for (HostResult answer : answers) {
      switch (answer) {
        case HostResult.Unreachable gone -> {
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
