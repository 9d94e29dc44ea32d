package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.command.FreezeCommands;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.OneOffCommands;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.Step;
import dev.deployctl.rollout.planning.RolloutRequest;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The stage of a rollout in which its release command runs, before any host is changed. */
final class ReleaseStage {
  private final Ports ports;
  private final Notes notes;
  private final Interruption interruption;
  private final RolloutRequest request;
  private final RolloutPlan plan;
  private final Predicate<Host> gone;

  ReleaseStage(
      Ports ports,
      Notes notes,
      Interruption interruption,
      RolloutRequest request,
      RolloutPlan plan,
      Predicate<Host> gone) {
    this.ports = ports;
    this.notes = notes;
    this.interruption = interruption;
    this.request = request;
    this.plan = plan;
    this.gone = gone;
  }

  /**
   * The end of the stage.
   *
   * @param ending how the rollout ends; null where it goes on
   * @param failure the outcome of the host where the command failed, or null
   */
  record End(
      @Nullable Ending ending,
      HostOutcome.@Nullable Failed failure,
      ReleaseCommand.@Nullable Run run) {
    static final End NONE = new End(null, null, null);
  }

  /**
   * Runs the command where the plan has one.
   *
   * @param failed hosts that could not pull the image
   */
  End run(DeployLock lock, Set<Host> failed) throws InterruptedException {
    ReleaseCommand command = plan.release();
    ImageRef.Digest digest = plan.digest();
    if (command == null || command.ran() || digest == null) {
      return End.NONE;
    }
    Host host =
        command.hosts().stream().filter(one -> !failed.contains(one)).findFirst().orElse(null);
    if (host == null) {
      return End.NONE; // every host that has it failed already, and none of them is changed
    }
    HostResult.Refused refusal = lock.ensure(host);
    if (refusal != null) {
      return lock.loss() != null
          ? new End(Ending.LOCK_LOST, null, null)
          : refused(host, refusal.error());
    }
    ImageRef.Tag tag = plan.wanted().tag();
    ReleaseCommand.Earlier earlier = command.earlier();
    // For the rollout that held the release: a host where it ran for that one runs no second.
    RolloutId rollout = earlier == null ? request.id() : earlier.rollout();
    HostCommand call =
        FreezeCommands.emergency(
            OneOffCommands.release(request.app(), digest, tag, rollout, lock.id()),
            request.action().emergency());
    return run(
        lock,
        call,
        new ReleaseRun(ports, host, command.words(), request.reconnectTimeout(), gone),
        host);
  }

  private End run(DeployLock lock, HostCommand call, ReleaseRun run, Host host)
      throws InterruptedException {
    HostError error;
    try {
      error = interruption.beforeChanges(() -> Optional.ofNullable(run.run(call))).orElse(null);
    } catch (InterruptedException stopped) {
      if (!interruption.requested()) {
        throw stopped;
      }
      notes.add(interrupted(host, run.known()));
      return new End(Ending.INTERRUPTED, null, run.known());
    }
    if (error == null) {
      return new End(null, null, run.known());
    }
    if (!run.hasStarted() && error.is(HostErrorKind.LOCKED)) {
      return lock.isLost(host, error)
          ? new End(Ending.LOCK_LOST, null, null)
          : refused(host, error);
    }
    return new End(Ending.RELEASE_COMMAND_FAILED, failed(host, error, run.known()), run.known());
  }

  private End refused(Host host, HostError error) {
    boolean locked = error.is(HostErrorKind.LOCKED);
    return new End(
        locked ? Ending.LOCKED : Ending.RELEASE_COMMAND_FAILED, failed(host, error, null), null);
  }

  private HostOutcome.Failed failed(Host host, HostError error, ReleaseCommand.@Nullable Run run) {
    return new HostOutcome.Failed(
        host,
        plan.serving().get(host.id()),
        null,
        Step.RELEASE,
        error,
        false,
        run == null ? java.time.Duration.ZERO : run.took());
  }

  private String interrupted(Host host, ReleaseCommand.Run run) {
    String id = run.run();
    return "interrupted while the release command ran: it goes on to its end on "
        + host.name()
        + "; no host was changed. To follow it: deployctl attach "
        + request.app()
        + " --hosts "
        + host.name()
        + (id == null ? "" : " --run " + id);
  }

  /** Returns a note for an automatic rollback after the command has run. */
  static Optional<String> noteOfRollback(ReleaseCommand.@Nullable Run run) {
    return run == null
        ? Optional.empty()
        : Optional.of(
            "the release command "
                + String.join(" ", run.words())
                + " ran on "
                + run.host().name()
                + " and is not undone by the rollback");
  }
}
