package dev.deployctl.rollout.outcome;

import dev.deployctl.model.App;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a rollout or rollback.
 *
 * @param ending why it ended
 * @param hosts one outcome a host, in the order of the plan
 * @param maxFailures the budget, as a number of hosts
 * @param undone the rollout that a rollback undoes; null for a rollout
 * @param release the run of the release command; null where none was started
 * @param canary the judgement of the canary; null where there was none, or it was not watched
 * @param gates the results of the gates, in their order
 * @param source the source that the old and the new image were built from; null where that is not
 *     known
 * @param holding after a promote, the hosts that may still hold the release
 */
public record RolloutOutcome(
    RolloutId id,
    App app,
    Ending ending,
    @Nullable Release wanted,
    List<HostOutcome> hosts,
    int maxFailures,
    Duration took,
    List<String> notes,
    @Nullable RolloutId undone,
    ReleaseCommand.@Nullable Run release,
    @Nullable CanaryResult canary,
    List<GateResult> gates,
    @Nullable SourceChange source,
    List<Host> holding) {
  public RolloutOutcome {
    hosts = List.copyOf(hosts);
    notes = List.copyOf(notes);
    gates = List.copyOf(gates);
    holding = List.copyOf(holding);
  }

  /** Creates the outcome of anything but a promote. */
  public RolloutOutcome(
      RolloutId id,
      App app,
      Ending ending,
      @Nullable Release wanted,
      List<HostOutcome> hosts,
      int maxFailures,
      Duration took,
      List<String> notes,
      @Nullable RolloutId undone,
      ReleaseCommand.@Nullable Run release,
      @Nullable CanaryResult canary,
      List<GateResult> gates,
      @Nullable SourceChange source) {
    this(
        id,
        app,
        ending,
        wanted,
        hosts,
        maxFailures,
        took,
        notes,
        undone,
        release,
        canary,
        gates,
        source,
        List.of());
  }

  /** Creates the outcome of a rollout ({@code undone} is null). */
  public RolloutOutcome(
      RolloutId id,
      App app,
      Ending ending,
      @Nullable Release wanted,
      List<HostOutcome> hosts,
      int maxFailures,
      Duration took,
      List<String> notes) {
    this(
        id,
        app,
        ending,
        wanted,
        hosts,
        maxFailures,
        took,
        notes,
        null,
        null,
        null,
        List.of(),
        null,
        List.of());
  }

  /** The reason for the end. */
  public enum Ending {
    /** All hosts that could be changed were changed, within the budget. */
    DONE(null),
    /** The release runs on its first hosts and gets no requests; no host was switched. */
    HELD(null),
    /** No host holds the release; none was switched. */
    HOLD_FAILED(FailureKind.ROLLOUT_FAILED),
    /** More hosts failed than the budget allows; the others were left as they were. */
    OVER_BUDGET(FailureKind.ROLLOUT_FAILED),
    /**
     * The canary is worse than what it replaced, or could not be judged; the others were left as
     * they were.
     */
    CANARY_WORSE(FailureKind.ROLLOUT_FAILED),
    /** A gate did not pass; the others were left as they were. */
    GATE_FAILED(FailureKind.ROLLOUT_FAILED),
    /**
     * As {@link #OVER_BUDGET}, {@link #CANARY_WORSE} or {@link #GATE_FAILED}, and the changed hosts
     * were rolled back.
     */
    ROLLED_BACK(FailureKind.ROLLOUT_FAILED),
    /**
     * The lock ended before the rollout did: others may have changed hosts since, so no more were
     * changed and none was rolled back.
     */
    LOCK_LOST(FailureKind.ROLLOUT_FAILED),
    /** The release command failed, or its end is not known; no host was changed. */
    RELEASE_COMMAND_FAILED(FailureKind.ROLLOUT_FAILED),
    /** A host is not ready; nothing was touched. */
    PREFLIGHT_REFUSED(FailureKind.PREFLIGHT_REFUSED),
    /** Somebody else has locked the app on a host; nothing was touched. */
    LOCKED(FailureKind.LOCKED),
    /** More hosts are unreachable than the limit allows. */
    UNREACHABLE(FailureKind.UNREACHABLE),
    /** Ctrl-C: hosts that had started were finished, no more were started. */
    INTERRUPTED(FailureKind.INTERRUPTED);

    private final @Nullable FailureKind failure;

    Ending(@Nullable FailureKind failure) {
      this.failure = failure;
    }

    /** Returns the failure that decides the exit code; null where there was none. */
    public @Nullable FailureKind failure() {
      return failure;
    }
  }

  /** Returns the same outcome with another reason for its end. */
  public RolloutOutcome endedBy(Ending other) {
    return new RolloutOutcome(
        id,
        app,
        other,
        wanted,
        hosts,
        maxFailures,
        took,
        notes,
        undone,
        release,
        canary,
        gates,
        source,
        holding);
  }

  /** Returns the same outcome of a promote that has left these hosts with a held release. */
  public RolloutOutcome holding(List<Host> hostsThatHold) {
    return new RolloutOutcome(
        id,
        app,
        ending,
        wanted,
        hosts,
        maxFailures,
        took,
        notes,
        undone,
        release,
        canary,
        gates,
        source,
        hostsThatHold);
  }

  /** Returns the gate that did not pass, or null. */
  public @Nullable GateResult failedGate() {
    return gates.stream().filter(gate -> !gate.passed()).findFirst().orElse(null);
  }

  /** Returns the same outcome without the tokens that let requests reach a held release. */
  public RolloutOutcome withoutSecrets() {
    List<HostOutcome> safe = hosts.stream().map(RolloutOutcome::withoutSecret).toList();
    return new RolloutOutcome(
        id,
        app,
        ending,
        wanted,
        safe,
        maxFailures,
        took,
        notes,
        undone,
        release,
        canary,
        gates,
        source,
        holding);
  }

  private static HostOutcome withoutSecret(HostOutcome outcome) {
    return outcome instanceof HostOutcome.Held held ? held.withoutToken() : outcome;
  }

  /** Returns how many hosts count against the budget. */
  public long failures() {
    return hosts.stream().filter(HostOutcome::failure).count();
  }

  /** Returns the exit code of the program. Tolerated unreachable hosts still make it 5. */
  public int exitCode() {
    FailureKind failure = ending.failure();
    if (failure != null) {
      return failure.exitCode();
    }
    if (hosts.stream()
        .anyMatch(
            host ->
                host instanceof HostOutcome.Failed || host instanceof HostOutcome.RollbackFailed)) {
      return FailureKind.ROLLOUT_FAILED.exitCode();
    }
    return failures() == 0 ? 0 : FailureKind.UNREACHABLE.exitCode();
  }
}
