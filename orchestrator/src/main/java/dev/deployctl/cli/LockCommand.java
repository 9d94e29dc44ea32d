package dev.deployctl.cli;

import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.StandingLock;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.LockId;
import dev.deployctl.output.tables.FleetAnswers;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Keeps everybody else from changing an app. */
@Command(
    name = "lock",
    description =
        "Keeps others from changing an app, on all its hosts or on none. Rollouts of yours go on"
            + " with --lock ID.")
final class LockCommand extends FleetCommand {
  private static final Duration LONGEST = Duration.ofDays(7);

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "locked",
      description = "What others are told.")
  String reason;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "Ends by itself after 30m, 8h, 2d (default: ${DEFAULT-VALUE}).")
  Duration expires;

  LockCommand(Services services, Console console) {
    super(services, console);
  }

  @Override
  int act(Fleet fleet) throws InterruptedException {
    if (expires.compareTo(Duration.ofSeconds(1)) < 0 || expires.compareTo(LONGEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE, "--expires is from 1s to 7d", "a lock can be taken again");
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
      report.say("Could not acquire the lock; no host is locked for you.");
      return exitCode(taken.answers());
    }
    report.lock(app, lock, fleet.hosts(), expires);
    return ExitCodes.OK;
  }
}
