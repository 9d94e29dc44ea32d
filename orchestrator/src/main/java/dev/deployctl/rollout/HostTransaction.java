package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HoldEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.ContractCheck;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.Receipt;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transaction on one host and follows it to its end. A transaction goes on when the
 * connection breaks: its events are read on from where they broke off.
 */
final class HostTransaction {
  private final Ports ports;
  private final HostCall call;
  private final Host host;
  private final App app;
  private final RolloutId id;
  private final Reconnects reconnects;

  private long seen;
  private @Nullable String step;
  private TransactionEvents.@Nullable DeployStarted started;
  private TransactionEvents.@Nullable DeployFinished finished;
  private @Nullable HostError malformed;
  private HoldEvents.@Nullable ReleaseHeld held;
  private int cut;
  private @Nullable Receipt receipt;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param reconnectTimeout how long a silent host is asked again before its outcome is unknown
   * @param gone whether a host is known to be terminated: then it is not asked again
   */
  HostTransaction(
      Ports ports,
      Host host,
      App app,
      RolloutId id,
      Duration reconnectTimeout,
      Predicate<Host> gone) {
    this.ports = ports;
    this.call = new HostCall(ports.agent(), ports.timeline());
    this.reconnects = new Reconnects(ports, host, reconnectTimeout, gone);
    this.host = host;
    this.app = app;
    this.id = id;
  }

  /**
   * The end of the transaction.
   *
   * @param result the host's last event; its refusal before anything was touched; or unreachable,
   *     where it tells whether the transaction may have begun
   * @param step the step that it was at; null where that is not known
   * @param started its first event; null where that was not received
   */
  record End(
      HostResult result,
      @Nullable String step,
      TransactionEvents.@Nullable DeployStarted started,
      @Nullable HostError malformed) {}

  /** Starts the transaction and follows it. */
  End run(HostCommand command) throws InterruptedException {
    return new End(follow(command), step, started, malformed);
  }

  private HostResult follow(HostCommand command) throws InterruptedException {
    HostCommand next = command;
    while (true) {
      long before = seen;
      HostResult result = call.follow(host, next, this::see);
      if (seen > before && !(result instanceof HostResult.Unreachable)) {
        reconnects.heard();
      }
      TransactionEvents.DeployFinished last = finished;
      if (last != null) {
        return new HostResult.Answered(host, List.of(last));
      }
      HostResult.Unreachable lost;
      if (result instanceof HostResult.Unreachable unreachable) {
        lost = unreachable;
      } else if (seen == 0) {
        return result;
      } else if (result instanceof HostResult.Refused refused
          && refused.error().is(HostErrorKind.NOT_FOUND)) {
        return begun("the host has no record of " + id + " any more");
      } else {
        lost = begun("the command ended without a last event" + exit(result));
      }
      HostResult.Unreachable end = reconnects.next(lost);
      if (end != null) {
        return end;
      }
      if (lost.mayHaveRun()) {
        // It may have begun, or the loss may have come first: the same id again attaches to it, and
        // begins it only once.
        next = seen == 0 ? command : HostCommand.attach(app, id, seen + 1);
      }
    }
  }

  private HostResult.Unreachable begun(String reason) {
    return new HostResult.Unreachable(host, reason, null, true);
  }

  private static String exit(HostResult result) {
    return result instanceof HostResult.Refused refused ? " (exit " + refused.exit() + ")" : "";
  }

  private void see(HostEvent event) {
    if (event instanceof AnswerEvents.Refused) {
      return;
    }
    // Events that are sent again after a new connection count once.
    if (event.seq() != 0 && event.seq() <= seen) {
      return;
    }
    seen = Math.max(seen, event.seq());
    malformed = malformed == null ? ContractCheck.problem(event) : malformed;
    switch (event) {
      case TransactionEvents.DeployStarted first -> started = first;
      case TransactionEvents.StepStarted now -> step = now.step();
      case TransactionEvents.StepFailed failed -> step = failed.step();
      case TransactionEvents.DrainFinished drained -> cut = drained.cut();
      case TransactionEvents.Receipt told -> receipt = Receipt.of(told);
      case TransactionEvents.Warning warning -> warnings.add(warning.message());
      case HoldEvents.ReleaseHeld now -> held = now;
      case TransactionEvents.DeployFinished last -> finished = last;
      default -> {}
    }
    ports.tell(new RolloutEvent.HostTold(host, event));
  }

  /** Returns the release that the host holds now; null where it did not tell. */
  HoldEvents.@Nullable ReleaseHeld held() {
    return held;
  }

  /** Returns how many connections were still open at the end of the drain. */
  int cutConnections() {
    return cut;
  }

  /** Returns the requests around the switch; null where the host did not report them. */
  @Nullable Receipt receipt() {
    return receipt;
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }
}
