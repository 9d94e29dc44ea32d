package dev.deployctl.cli;

import dev.deployctl.cli.fleet.FleetCommand;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.StandingLock;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.LockId;
import dev.deployctl.output.tables.FleetAnswers;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Locks an app against changes by others. */
@Command(
    name = "lock",
    description =
        "Lock an app, on all its hosts or on none, so that others cannot change it. Your own"
            + " rollouts use the lock with --lock ID.")
final class LockCommand extends FleetCommand {
  private static final Duration LONGEST = Duration.ofDays(7);

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "locked",
      description = "Reason to show to others.")
  String reason;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "Release the lock by itself after 30m, 8h, 2d (default: ${DEFAULT-VALUE}).")
  Duration expires;

  LockCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    if (expires.compareTo(Duration.ofSeconds(1)) < 0 || expires.compareTo(LONGEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE, "--expires is from 1s to 7d", "lock again for a longer time");
    }
    StandingLock.Taken taken =
        new StandingLock(
                new FleetCall(fleet.agent(), fleet.timeline(), this::note),
                app,
                fleet.parallelism())
            .take(fleet.hosts(), Locks.reason(reason, services), expires);
    FleetAnswers report = new FleetAnswers(console.out(), console.terminal(), output.json);
    LockId lock = taken.lock();
    if (lock == null) {
      report.print(taken.answers(), "released");
      report.leaveOut(taken.answers(), fleet.hosts());
      report.say("Could not acquire the lock; nothing was locked.");
      return exitCode(taken.answers());
    }
    report.lock(app, lock, fleet.hosts(), expires);
    return ExitCodes.OK;
  }
}
