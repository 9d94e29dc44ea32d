package dev.deployctl.rollout.planning;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.LockHolder;
import dev.deployctl.event.Protocol;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks hosts whether they are ready for a rollout. Changes nothing. */
public final class HostPreflight {
  /** The check that fails where the app is locked. */
  private static final String LOCK_CHECK = "lock";

  private static final String EMERGENCY_HINT =
      "wait for that time, or add --emergency REASON, which hosts record; a rollback is possible"
          + " at any time";

  private final HostCall call;
  private final HostCommand command;
  private final @Nullable LockId held;
  private final boolean toleratesHeld;

  /**
   * @param held a lock of the user's own: a host that is locked by it is ready
   * @param toleratesHeld whether a host is ready that holds a release
   */
  public HostPreflight(
      HostAgent agent,
      Timeline timeline,
      HostCommand command,
      @Nullable LockId held,
      boolean toleratesHeld) {
    this.call = new HostCall(agent, timeline);
    this.command = command;
    this.held = held;
    this.toleratesHeld = toleratesHeld;
  }

  /** Asks one host; a host that is not ready refuses. */
  public HostResult ask(Host host) throws InterruptedException {
    return switch (call.ask(host, command)) {
      case HostResult.Answered answered -> judge(answered.host(), 0, null, answered.events());
      case HostResult.Refused refused ->
          judge(refused.host(), refused.exit(), refused.error(), refused.events());
      case HostResult.Unreachable unreachable -> unreachable;
    };
  }

  private HostResult judge(Host host, int exit, @Nullable HostError error, List<HostEvent> events) {
    HostResult.Answered ready = new HostResult.Answered(host, events);
    AnswerEvents.PreflightFinished answer = ReadyHost.answer(ready);
    if (answer == null) {
      return new HostResult.Refused(host, exit, error == null ? noReason() : error, List.of());
    }
    if (answer.protocol() != Protocol.VERSION) {
      return new HostResult.Refused(host, HostErrorKind.UNAVAILABLE, otherProtocol(answer));
    }
    List<AnswerEvents.Check> all =
        ready.events(AnswerEvents.Check.class).stream().filter(check -> !check.ok()).toList();
    boolean ours = isHeld(answer.lock());
    List<AnswerEvents.Check> failed =
        all.stream().filter(check -> !(ours && check.name().equals(LOCK_CHECK))).toList();
    if (answer.ok() || (failed.isEmpty() && ours)) {
      return held == null || ours ? unheld(ready, answer.held()) : notLocked(host, held);
    }
    return new HostResult.Refused(
        host,
        answer.exit(),
        failed.isEmpty() ? (error == null ? noReason() : error) : error(failed),
        List.of());
  }

  private static HostError noReason() {
    return HostErrorKind.INTERNAL.error("the host is not ready, and gave no reason");
  }

  private static HostError otherProtocol(AnswerEvents.PreflightFinished answer) {
    String version = answer.version();
    return Protocol.error(
        version == null ? "deployctl-host" : "deployctl-host " + version, answer.protocol());
  }

  private static HostResult notLocked(Host host, LockId lock) {
    return new HostResult.Refused(
        host,
        HostErrorKind.LOCKED,
        HostErrorKind.LOCKED.error("the lock " + lock.value() + " is not held there (any more)"));
  }

  private HostResult unheld(HostResult.Answered ready, @Nullable HeldRelease other) {
    return other == null || toleratesHeld
        ? ready
        : new HostResult.Refused(ready.host(), HostErrorKind.HELD, heldBy(other));
  }

  private static HostError heldBy(HeldRelease held) {
    return HostErrorKind.HELD.error(
        Release.of(held).label()
            + " is held there"
            + (held.by() == null ? "" : " by " + held.by())
            + (held.since() == null ? "" : " since " + held.since())
            + (held.until() == null ? "" : ", until " + held.until()),
        null,
        "promote it, or abandon it");
  }

  private boolean isHeld(@Nullable LockHolder lock) {
    return lock != null && held != null && held.value().equals(lock.lock());
  }

  private static HostError error(List<AnswerEvents.Check> failed) {
    AnswerEvents.Check first = failed.getFirst();
    String message =
        String.join(
            "; ", failed.stream().map(check -> check.name() + ": " + check.message()).toList());
    String kind = first.kind();
    boolean frozen = HostErrorKind.FROZEN.jsonName().equals(kind);
    return new HostError(
        kind == null ? HostErrorKind.UNAVAILABLE.jsonName() : kind,
        message,
        null,
        frozen ? EMERGENCY_HINT : first.hint(),
        null);
  }
}
