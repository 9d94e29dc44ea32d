package dev.deployctl.cli;

import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.QuietOptions;
import dev.deployctl.cli.options.ReconnectOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.fleet.HostAnswer;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.LockId;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.rollout.FleetTransaction;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that changes all hosts of an app at once: it asks, changes, and reports. */
abstract class TransactionCommand extends FleetCommand {
  private final String verb;

  @Mixin final QuietOptions telling = new QuietOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Option(
      names = "--lock",
      paramLabel = "ID",
      description = "Use a lock that you hold, with the ID that deployctl lock printed.")
  @Nullable LockId lock;

  /**
   * @param verb the verb to run on each host
   */
  TransactionCommand(String verb, Services services) {
    super(services);
    this.verb = verb;
  }

  /** Returns the options of the verb. */
  abstract List<String> arguments();

  /** Returns what is about to be done, for the question: {@code Stop blog}. */
  abstract String intent();

  /** Returns what was done to a host: {@code stopped}. */
  abstract String done();

  @Override
  final int act(Fleet fleet) throws InterruptedException {
    FleetAnswers report = new FleetAnswers(console.out(), console.terminal(), output.json);
    if (!confirmation.agreed(services, output, telling, intent(), fleet.hosts())) {
      return report.nothingTouched();
    }
    List<HostAnswer> answers = run(fleet);
    report.print(answers, done());
    return exitCode(answers);
  }

  /**
   * Runs the transaction on all hosts. After the first Ctrl-C the hosts that run it finish, no more
   * begin, and the lock is released; the second one leaves at once.
   */
  private List<HostAnswer> run(Fleet fleet) throws InterruptedException {
    Interruption interruption = new Interruption();
    try (Workstation.InterruptWatch _ =
        services.workstation().watchInterrupts(interruption, this::interrupted)) {
      return new FleetTransaction(fleet.agent(), fleet.timeline(), event -> {}, interruption)
          .run(
              app,
              verb,
              arguments(),
              fleet.hosts(),
              new FleetTransaction.Options(
                  fleet.parallelism(),
                  LockTerms.of(Locks.reasonOf(verb, services)),
                  lock,
                  ReconnectOptions.DEFAULT));
    }
  }

  private void interrupted() {
    console
        .err()
        .println(
            "Interrupted: hosts that have begun finish, no more begin. Press Ctrl-C again to leave"
                + " at once.");
    console.err().flush();
  }
}
