package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostErrors;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one lock, one a host. A lease that ended because this program slept, or because
 * somebody ended it, is the loss of the whole lock: others may have changed the app since. One that
 * ended while its host could not be reached concerns that host alone.
 */
final class Leases {
  private static final int LOCKED = 75;
  private static final int USAGE = 64;

  private final Ports ports;
  private final App app;
  private final LockId id;
  private final LockTerms terms;
  private final Map<Host, Lease> leases = new ConcurrentHashMap<>();
  private final Map<Host, HostError> ended = new ConcurrentHashMap<>();
  private volatile @Nullable Loss loss;

  Leases(Ports ports, App app, LockId id, LockTerms terms) {
    this.ports = ports;
    this.app = app;
    this.id = id;
    this.terms = terms;
  }

  /** The lock ended on a host although this program did not release it. */
  record Loss(Host host, HostError error) {
    /** Says what happened, and what to do before going on. */
    String text(App app) {
      return "lock lost on "
          + host.name()
          + ": "
          + error.message()
          + "; nothing more was changed. Others may have changed "
          + app
          + " since: look at deployctl status "
          + app
          + " and deployctl history "
          + app
          + " before you begin again";
    }
  }

  /** What is known of one host's lease. */
  private static final class Lease {
    /** When the last confirmation was asked for; null where none came yet. */
    private volatile @Nullable Instant confirmed;

    /** Since when renewals have failed; null where the last one did not. */
    private volatile @Nullable Instant failing;

    private volatile @Nullable String since;

    /** Set where the script is too old to renew without taking the lock anew. */
    private volatile boolean old;

    void confirm(Instant asked, HostReply reply) {
      if (confirmed == null) {
        since = since(reply);
      }
      confirmed = asked;
      failing = null;
    }

    boolean isTakenAnew(HostReply reply) {
      return !Objects.equals(since, since(reply));
    }

    private static @Nullable String since(HostReply reply) {
      return reply.last() instanceof HostEvent.LockTaken taken ? taken.since() : null;
    }
  }

  @Nullable Loss loss() {
    return loss;
  }

  void lose(Host host, HostError error) {
    if (loss == null) {
      loss = new Loss(host, error);
      note(host, "the lock is lost; no more hosts are begun");
    }
  }

  /** Hosts that hold the lock, or may hold it. */
  List<Host> hosts() {
    return List.copyOf(leases.keySet());
  }

  /** Takes the lock on one host; null where it is held, or where the host cannot be reached. */
  DeployLock.@Nullable Refusal take(Host host) throws InterruptedException {
    Instant asked = ports.timeline().now();
    try {
      HostReply reply = ports.agent().ask(host, lock(), event -> {});
      if (reply.exit() == 0) {
        ended.remove(host);
        leases.computeIfAbsent(host, _ -> new Lease()).confirm(asked, reply);
        return null;
      }
      if (reply.exit() == HostReply.NOT_KNOWN) {
        // It may hold the lock all the same: it is released with the others.
        leases.putIfAbsent(host, new Lease());
      }
      return new DeployLock.Refusal(host, HostErrors.of(reply), reply.exit() == LOCKED);
    } catch (HostUnreachableException unreachable) {
      ports.tell(
          new RolloutEvent.StageProgress(
              RolloutEvent.Stage.LOCK, host, false, unreachable.reason()));
      return null;
    } catch (ConnectionLostException lost) {
      // It may hold the lock now: it is released with the others.
      leases.putIfAbsent(host, new Lease());
      return null;
    }
  }

  /**
   * Makes sure of one host's lease right before the host is changed; asks the host only where the
   * last confirmation is old. Null where the lease holds, or where the host cannot be reached: the
   * host itself refuses a lock that it does not hold.
   *
   * @param anew whether a lease that ended while the host could not be reached may be taken anew
   */
  DeployLock.@Nullable Refusal ensure(Host host, boolean anew) throws InterruptedException {
    Lease lease = leases.get(host);
    if (loss == null) {
      if (ended.containsKey(host) ? anew : lease == null) {
        return take(host);
      }
      if (lease != null && !isFresh(lease)) {
        renew(host);
      }
    }
    Loss lost = loss;
    HostError error = lost == null ? ended.get(host) : lost.error();
    return error == null ? null : new DeployLock.Refusal(host, error, false);
  }

  private boolean isFresh(Lease lease) {
    Instant confirmed = lease.confirmed;
    return confirmed != null && age(confirmed).compareTo(terms.expiry().minus(terms.renewal())) < 0;
  }

  private Duration age(Instant confirmed) {
    return Duration.between(confirmed, ports.timeline().now());
  }

  /** Renews one host's lease, and notices where it has ended. */
  void renew(Host host) throws InterruptedException {
    Lease lease = leases.get(host);
    if (lease == null || loss != null || ended.containsKey(host)) {
      return;
    }
    Instant asked = ports.timeline().now();
    boolean first = lease.confirmed == null;
    try {
      HostReply reply =
          ports.agent().ask(host, first || lease.old ? lock() : lock().with("--renew"), e -> {});
      if (reply.exit() == 0 && (first || !lease.isTakenAnew(reply))) {
        lease.confirm(asked, reply);
      } else if (reply.exit() == 0) {
        end(host, lease, takenAnew());
      } else if (reply.exit() == USAGE && !first && !lease.old) {
        lease.old = true;
        renew(host);
      } else if (reply.exit() == LOCKED && !first) {
        leases.remove(host);
        end(host, lease, HostErrors.of(reply));
      } else {
        failed(lease, asked);
        note(host, "the lock could not be renewed: " + HostErrors.of(reply).message());
      }
    } catch (HostUnreachableException | ConnectionLostException lost) {
      failed(lease, asked);
      note(host, "could not renew the lock (" + lost.getMessage() + "); " + expires());
    }
  }

  private static void failed(Lease lease, Instant asked) {
    if (lease.failing == null) {
      lease.failing = asked;
    }
  }

  private void end(Host host, Lease lease, HostError error) {
    Instant failing = lease.failing;
    Instant confirmed = lease.confirmed;
    boolean watched =
        failing != null
            && confirmed != null
            && Duration.between(confirmed, failing).compareTo(terms.expiry()) < 0;
    if (watched) {
      ended.put(host, error);
      note(host, "the lock there ended while the host could not be reached: " + error.message());
    } else {
      lose(host, error);
    }
  }

  private HostError takenAnew() {
    return new HostError(
        "locked",
        "the lock " + id.value() + " had ended and had to be taken anew",
        "nothing was touched",
        null,
        null);
  }

  /** Releases the lock on these hosts, as far as it may be held there. */
  void release(List<Host> some, int parallelism) throws InterruptedException {
    List<Host> hosts = some.stream().filter(leases::containsKey).toList();
    ports.timeline().forEach(hosts, parallelism, this::release);
    hosts.forEach(leases::remove);
  }

  /** A lock that could not be released expires by itself. */
  private void release(Host host) throws InterruptedException {
    try {
      HostReply reply = ports.agent().ask(host, HostCommand.unlock(app, id), event -> {});
      if (reply.exit() != 0 && !(reply.exit() == LOCKED && loss != null)) {
        note(host, "unlock: " + HostErrors.of(reply).message());
      }
    } catch (HostUnreachableException | ConnectionLostException lost) {
      note(host, "could not unlock (" + lost.getMessage() + "); " + expires());
    }
  }

  private HostCommand lock() {
    return HostCommand.lock(app, id, terms.reason(), terms.expiry());
  }

  private String expires() {
    return "the lock there expires in " + terms.expiry().toSeconds() + " s";
  }

  private void note(Host host, String text) {
    ports.tell(new RolloutEvent.Note(host.name() + ": " + text));
  }
}
