package dev.deployctl.cli;

import dev.deployctl.cli.fleet.FleetCommand;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.event.LockHolder;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.StandingLock;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.LockId;
import dev.deployctl.output.tables.FleetAnswers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Releases a lock: your own, or with force any. */
@Command(name = "unlock", description = "Release your lock of an app, on all its hosts.")
final class UnlockCommand extends FleetCommand {
  @ArgGroup Which which = new Which();

  /** At most one of them. */
  static final class Which {
    @Option(
        names = "--lock",
        paramLabel = "ID",
        description = "Release this lock (default: the one that you acquired).")
    @Nullable LockId lock;

    @Option(
        names = "--force",
        description = "Release the lock whoever holds it; hosts record that you did.")
    boolean force;
  }

  UnlockCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    StandingLock standing =
        new StandingLock(
            new FleetCall(fleet.agent(), fleet.timeline(), this::note), app, fleet.parallelism());
    FleetAnswers report = new FleetAnswers(console.out(), console.terminal(), output.json);
    if (which.force) {
      List<HostResult> answers = standing.force(fleet.hosts());
      report.print(answers, "unlocked");
      report.leaveOut(answers, fleet.hosts());
      return exitCode(answers);
    }
    Set<LockId> locks = new LinkedHashSet<>();
    if (which.lock == null) {
      locks.addAll(mine(standing.held(fleet.hosts())));
    } else {
      locks.add(which.lock);
    }
    int exit = ExitCodes.OK;
    for (LockId lock : locks) {
      List<HostResult> answers = standing.release(fleet.hosts(), lock);
      report.print(answers, "unlocked");
      report.leaveOut(answers, fleet.hosts());
      exit = Math.max(exit, exitCode(answers));
    }
    return exit;
  }

  private Set<LockId> mine(List<StandingLock.Held> held) {
    Set<LockId> mine = new LinkedHashSet<>();
    @Nullable LockHolder other = null;
    for (StandingLock.Held one : held) {
      LockHolder holder = one.holder();
      if (holder == null) {
        throw unreachable(one.answer());
      }
      String reason = holder.reason();
      String id = holder.lock();
      if (reason != null && reason.endsWith(Locks.mark(services)) && id != null) {
        mine.add(new LockId(id));
      } else {
        other = holder;
      }
    }
    if (mine.isEmpty() && other != null) {
      throw new DeployException(
          FailureKind.LOCKED,
          app
              + " is locked, and not by you: "
              + other.holder()
              + " since "
              + other.since()
              + (other.reason() == null ? "" : ", " + other.reason()),
          "ask them, or release it with --force");
    }
    if (mine.isEmpty()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO, "no host of " + app + " is locked", null);
    }
    return mine;
  }

  private static DeployException unreachable(HostResult answer) {
    String why =
        switch (answer) {
          case HostResult.Unreachable unreachable -> unreachable.reason();
          case HostResult.Refused refused -> refused.error().message();
          case HostResult.Answered done -> "it did not say who holds the lock";
        };
    return new DeployException(
        FailureKind.UNREACHABLE,
        answer.host().name() + ": " + why + "; nothing was touched",
        "unlock the other hosts with --lock ID, or --hosts");
  }
}
