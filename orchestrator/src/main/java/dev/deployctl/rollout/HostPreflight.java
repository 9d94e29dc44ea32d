package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.LockHolder;
import dev.deployctl.event.Protocol;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostErrors;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one host answered to the preflight. */
sealed interface HostPreflight {
  Host host();

  /** It is fit, or says that somebody holds the app. */
  record Fit(Host host, HostEvent.PreflightFinished answer) implements HostPreflight {
    @Nullable Release serving() {
      HostEvent.Serving serving = answer.serving();
      return serving == null ? null : releaseOf(serving);
    }

    /** Whether it runs this image already, and well. */
    boolean runs(ImageRef.Digest digest) {
      HostEvent.Serving serving = answer.serving();
      return serving != null && serving.healthy() && digest.value().equals(serving.digest());
    }
  }

  /** It answered, and it is not fit. */
  record Unfit(Host host, int exit, HostError error) implements HostPreflight {}

  record OutOfReach(Host host, String reason, @Nullable String hint) implements HostPreflight {}

  static Release releaseOf(HostEvent.Serving serving) {
    return new Release(serving.release(), serving.digest(), serving.tag());
  }

  /** Asks one host; never changes anything there. */
  static HostPreflight ask(HostAgent agent, Host host, HostCommand command, @Nullable LockId held)
      throws InterruptedException {
    List<HostEvent.Check> failed = new ArrayList<>();
    try {
      HostReply reply =
          agent.ask(
              host,
              command,
              event -> {
                if (event instanceof HostEvent.Check check && !check.ok()) {
                  failed.add(check);
                }
              });
      if (reply.last() instanceof HostEvent.PreflightFinished answer) {
        if (answer.protocol() != Protocol.VERSION) {
          return new Unfit(host, Protocol.REFUSED, otherProtocol(answer));
        }
        if (answer.ok() && held != null) {
          return new Unfit(
              host,
              75,
              FleetCall.error(
                  "locked", "the lock " + held.value() + " is not held there (any more)"));
        }
        if (answer.ok() || (onlyLock(failed) && isHeldBy(answer.lock(), held))) {
          return new Fit(host, answer);
        }
        return new Unfit(host, answer.exit(), error(failed, reply));
      }
      return new Unfit(host, reply.exit(), HostErrors.of(reply));
    } catch (HostUnreachableException unreachable) {
      return new OutOfReach(host, unreachable.reason(), unreachable.hint());
    } catch (ConnectionLostException lost) {
      return new OutOfReach(host, lost.reason(), null);
    }
  }

  private static HostError otherProtocol(HostEvent.PreflightFinished answer) {
    String version = answer.version();
    return Protocol.error(
        version == null ? "deployctl-host" : "deployctl-host " + version, answer.protocol());
  }

  private static boolean onlyLock(List<HostEvent.Check> failed) {
    return failed.stream().allMatch(check -> check.name().equals("lock"));
  }

  private static boolean isHeldBy(@Nullable LockHolder lock, @Nullable LockId held) {
    return lock != null && held != null && held.value().equals(lock.lock());
  }

  private static HostError error(List<HostEvent.Check> failed, HostReply reply) {
    if (failed.isEmpty()) {
      return HostErrors.of(reply);
    }
    HostEvent.Check first = failed.getFirst();
    String message =
        String.join(
            "; ", failed.stream().map(check -> check.name() + ": " + check.message()).toList());
    String kind = first.kind();
    return new HostError(kind == null ? "unavailable" : kind, message, null, first.hint(), null);
  }
}
