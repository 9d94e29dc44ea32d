package dev.deployctl.cli;

import dev.deployctl.cli.fleet.FleetCommand;
import dev.deployctl.cli.help.Advanced;
import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.QuietOptions;
import dev.deployctl.cli.options.ReconnectOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.output.tables.FleetAnswers;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.FleetTransaction;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that changes all hosts of an app at once: it asks, changes, and reports. */
abstract class TransactionCommand extends FleetCommand {
  @Mixin final QuietOptions telling = new QuietOptions();
  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Advanced
  @Option(
      names = "--lock",
      paramLabel = "ID",
      description = "Use a lock that you hold, with the ID that deployctl lock printed.")
  @Nullable LockId lock;

  TransactionCommand(Services services) {
    super(services);
  }

  /** Returns what the hosts are to do. */
  abstract HostCommand.Change change();

  /** Returns what is about to be done, for the question: {@code Stop blog}. */
  abstract String intent();

  /**
   * The hosts to change.
   *
   * @param intent what is about to be done there, for the question
   * @param request what each of them is to do
   * @param silent answers of hosts that could not say whether they are to be changed
   */
  record Chosen(
      List<Host> hosts, String intent, FleetTransaction.Request request, List<HostResult> silent) {}

  /** Returns the hosts to change: all, unless the hosts are asked first. */
  Chosen choose(Fleet fleet) throws InterruptedException {
    return new Chosen(
        fleet.hosts(),
        intent(),
        (_, id, lockId) -> HostCommand.change(app, change(), id, lockId),
        List.of());
  }

  private static String allAtOnce(List<Host> hosts) {
    return hosts.size() == 1
        ? "on 1 host"
        : "on " + hosts.size() + " hosts, all at once and not in batches";
  }

  /** Returns what was done to a host: {@code stopped}. */
  abstract String done();

  @Override
  protected final int act(Fleet fleet) throws InterruptedException {
    FleetAnswers report = new FleetAnswers(console.out(), console.terminal(), output.json);
    Chosen chosen = choose(fleet);
    List<Host> hosts = chosen.hosts();
    if (!confirmation.agreed(
        services, output, telling, chosen.intent() + " " + allAtOnce(hosts), hosts)) {
      return report.nothingTouched();
    }
    console.status().show("waiting for " + Wording.count(hosts.size(), "host"));
    List<HostResult> answers = new ArrayList<>(run(fleet, chosen));
    answers.addAll(chosen.silent());
    report.print(answers, done());
    report.leaveOut(answers, fleet.hosts());
    return exitCode(answers);
  }

  /**
   * Runs the transaction on all hosts. After the first Ctrl-C the hosts that run it finish, no more
   * begin, and the lock is released; the second one leaves at once.
   */
  private List<HostResult> run(Fleet fleet, Chosen chosen) throws InterruptedException {
    Interruption interruption = new Interruption();
    try (Workstation.InterruptWatch _ =
        services.workstation().watchInterrupts(interruption, this::interrupted)) {
      return new FleetTransaction(fleet.agent(), fleet.timeline(), this::tell, interruption)
          .run(
              app,
              chosen.request(),
              chosen.hosts(),
              new FleetTransaction.Options(
                  fleet.parallelism(),
                  LockTerms.of(Locks.reasonOf(change().verb(), services)),
                  lock,
                  ReconnectOptions.DEFAULT));
    }
  }

  private void tell(RolloutEvent event) {
    if (event instanceof RolloutEvent.Note note) {
      note(note.message());
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
