package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostErrors;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on one host, followed to its end. Losing the connection is not losing the host:
 * the transaction goes on there, and its story is picked up where it broke off.
 */
final class HostRollout {
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final int CONNECT_ATTEMPTS = 3;

  /**
   * A connection that is lost mostly comes back; only then is it asked whether the host is left.
   */
  private static final int ASK_INVENTORY_FROM = 3;

  private final Ports ports;
  private final Host host;
  private final App app;
  private final RolloutId id;
  private final Duration patience;
  private final Predicate<Host> gone;

  private long seen;
  private @Nullable String step;
  private HostEvent.@Nullable DeployStarted started;
  private HostEvent.@Nullable DeployFinished finished;
  private int cut;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param patience how long a silent host is asked again before it is given up as unknown
   * @param gone whether a host is known to be no more: then asking it again is in vain
   */
  HostRollout(
      Ports ports, Host host, App app, RolloutId id, Duration patience, Predicate<Host> gone) {
    this.ports = ports;
    this.gone = gone;
    this.host = host;
    this.app = app;
    this.id = id;
    this.patience = patience;
  }

  /** How the transaction ended. */
  sealed interface End {
    /** The host's own last word. */
    record Told(
        HostEvent.DeployFinished finished,
        @Nullable String step,
        HostEvent.@Nullable DeployStarted started)
        implements End {}

    /** It refused before anything was touched. */
    record Refused(HostError error, int exit) implements End {}

    /** It could not be reached, and nothing was begun. */
    record NotStarted(String reason, @Nullable String hint) implements End {}

    /** It was begun, and cannot be reached any more. */
    record Silent(@Nullable String step, String reason) implements End {}
  }

  /** Starts the transaction and follows it. */
  End run(HostCommand command) throws InterruptedException {
    HostCommand next = command;
    @Nullable Instant silentSince = null;
    boolean mayHaveBegun = false;
    int attempt = 0;
    while (true) {
      try {
        long before = seen;
        HostReply reply = ports.agent().ask(host, next, this::see);
        if (seen > before) {
          silentSince = null;
        }
        HostEvent.DeployFinished last = finished;
        if (last != null) {
          return new End.Told(last, step, started);
        }
        if (seen == 0) {
          return new End.Refused(HostErrors.of(reply), reply.exit());
        }
        if (reply.last() instanceof HostEvent.Refused refused && refused.exit() == 66) {
          return new End.Silent(step, "the host has no record of " + id + " any more");
        }
        throw new ConnectionLostException(
            host, "the command ended without a last word (exit " + reply.exit() + ")", null);
      } catch (HostUnreachableException unreachable) {
        attempt++;
        if (!mayHaveBegun && attempt >= CONNECT_ATTEMPTS) {
          return new End.NotStarted(unreachable.reason(), unreachable.hint());
        }
        silentSince = silentSince == null ? ports.timeline().now() : silentSince;
        if (givenUp(silentSince, attempt)) {
          return new End.Silent(step, unreachable.reason());
        }
        retry(attempt, unreachable.reason());
      } catch (ConnectionLostException lost) {
        mayHaveBegun = true;
        attempt++;
        silentSince = silentSince == null ? ports.timeline().now() : silentSince;
        if (givenUp(silentSince, attempt)) {
          return new End.Silent(step, lost.reason());
        }
        retry(attempt, lost.reason());
        // It may have begun, or the loss may have come first: the same id again attaches to it, and
        // begins it only once.
        next = seen == 0 ? command : HostCommand.attach(app, id, seen + 1);
      }
    }
  }

  private boolean givenUp(Instant silentSince, int attempt) {
    return Duration.between(silentSince, ports.timeline().now()).compareTo(patience) >= 0
        || (attempt >= ASK_INVENTORY_FROM && gone.test(host));
  }

  private void retry(int attempt, String reason) throws InterruptedException {
    ports.tell(new RolloutEvent.Reattaching(host, attempt, reason));
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempt - 1, 6));
    ports.timeline().sleep(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }

  private void see(HostEvent event) {
    if (event instanceof HostEvent.Refused) {
      return;
    }
    // A story told again from its beginning is heard once.
    if (event.seq() != 0 && event.seq() <= seen) {
      return;
    }
    seen = Math.max(seen, event.seq());
    switch (event) {
      case HostEvent.DeployStarted first -> started = first;
      case HostEvent.StepStarted now -> step = now.step();
      case HostEvent.StepFailed failed -> step = failed.step();
      case HostEvent.DrainFinished drained -> cut = drained.cut();
      case HostEvent.Warning warning -> warnings.add(warning.message());
      case HostEvent.DeployFinished last -> finished = last;
      default -> {}
    }
    ports.tell(new RolloutEvent.HostTold(host, event));
  }

  /** Connections that were still open at the drain's cap. */
  int cutConnections() {
    return cut;
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }
}
