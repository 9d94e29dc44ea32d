package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.LockEvents;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.command.HostCommand;
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
  private final Ports ports;
  private final HostCall call;
  private final App app;
  private final LockId id;
  private final LockTerms terms;
  private final Map<Host, Lease> leases = new ConcurrentHashMap<>();
  private final Map<Host, HostError> ended = new ConcurrentHashMap<>();
  private volatile @Nullable Loss loss;

  Leases(Ports ports, App app, LockId id, LockTerms terms) {
    this.ports = ports;
    this.call = new HostCall(ports.agent(), ports.timeline());
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

  /** The known state of one host's lease. */
  private static final class Lease {
    /** When the last confirmation was asked for; null where none came yet. */
    private volatile @Nullable Instant confirmed;

    /** Since when renewals have failed; null where the last one did not. */
    private volatile @Nullable Instant failing;

    private volatile @Nullable String since;

    /** Set where the script is too old to renew without taking the lock anew. */
    private volatile boolean old;

    void confirm(Instant asked, HostResult.Answered result) {
      if (confirmed == null) {
        since = since(result);
      }
      confirmed = asked;
      failing = null;
    }

    boolean isReacquired(HostResult.Answered result) {
      return !Objects.equals(since, since(result));
    }

    private static @Nullable String since(HostResult.Answered result) {
      List<LockEvents.LockTaken> taken = result.events(LockEvents.LockTaken.class);
      return taken.isEmpty() ? null : taken.getLast().since();
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

  /** Acquires the lock on one host; null where it is held, or where the host is unreachable. */
  HostResult.@Nullable Refused take(Host host) throws InterruptedException {
    Instant asked = ports.timeline().now();
    return switch (call.ask(host, lock())) {
      case HostResult.Answered answered -> {
        ended.remove(host);
        leases.computeIfAbsent(host, _ -> new Lease()).confirm(asked, answered);
        yield null;
      }
      case HostResult.Refused refused -> {
        if (refused.mayHaveRun()) {
          mayHold(host);
        }
        yield refused;
      }
      case HostResult.Unreachable lost -> {
        if (lost.mayHaveRun()) {
          mayHold(host);
        } else {
          ports.tell(
              new RolloutEvent.StageProgress(RolloutEvent.Stage.LOCK, host, false, lost.reason()));
        }
        yield null;
      }
    };
  }

  /** Lets a host get ready for the question that {@link #take} asks. */
  void prepare(Host host) {
    ports.agent().prepare(host, lock());
  }

  /** Lets a host get ready for the release of its lock. */
  void prepareRelease(Host host) {
    ports.agent().prepare(host, HostCommand.unlock(app, id));
  }

  /** The host may hold the lock all the same: it is released with the others. */
  private void mayHold(Host host) {
    leases.putIfAbsent(host, new Lease());
  }

  /**
   * Makes sure of one host's lease right before the host is changed; asks the host only where the
   * last confirmation is old. Null where the lease holds, or where the host cannot be reached: the
   * host itself refuses a lock that it does not hold.
   *
   * @param again whether a lease that ended while the host could not be reached may be acquired
   *     again
   */
  HostResult.@Nullable Refused ensure(Host host, boolean again) throws InterruptedException {
    Lease lease = leases.get(host);
    if (loss == null) {
      if (ended.containsKey(host) ? again : lease == null) {
        return take(host);
      }
      if (lease != null && !isFresh(lease)) {
        renew(host);
      }
    }
    Loss lost = loss;
    HostError error = lost == null ? ended.get(host) : lost.error();
    return error == null ? null : new HostResult.Refused(host, HostErrorKind.INTERNAL, error);
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
    switch (call.ask(host, first || lease.old ? lock() : renewal())) {
      case HostResult.Answered answered -> {
        if (first || !lease.isReacquired(answered)) {
          lease.confirm(asked, answered);
        } else {
          end(host, lease, reacquired());
        }
      }
      case HostResult.Refused refused -> renewalRefused(host, lease, refused, asked, first);
      case HostResult.Unreachable lost -> {
        failed(lease, asked);
        note(host, "could not renew the lock (" + lost.reason() + "); " + expires());
      }
    }
  }

  private void renewalRefused(
      Host host, Lease lease, HostResult.Refused refused, Instant asked, boolean first)
      throws InterruptedException {
    if (refused.exit() == HostErrorKind.USAGE.exitCode() && !first && !lease.old) {
      lease.old = true;
      renew(host);
    } else if (refused.locked() && !first) {
      leases.remove(host);
      end(host, lease, refused.error());
    } else {
      failed(lease, asked);
      note(host, "the lock could not be renewed: " + refused.error().message());
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

  private HostError reacquired() {
    return HostErrorKind.LOCKED.error(
        "the lock " + id.value() + " had ended and had to be acquired again",
        "nothing was touched",
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
    switch (call.ask(host, HostCommand.unlock(app, id))) {
      case HostResult.Answered _ -> {}
      case HostResult.Refused refused -> {
        if (!refused.locked() || loss == null) {
          note(host, "unlock: " + refused.error().message());
        }
      }
      case HostResult.Unreachable lost ->
          note(host, "could not unlock (" + lost.reason() + "); " + expires());
    }
  }

  private HostCommand lock() {
    return HostCommand.lock(app, id, terms.reason(), terms.expiry());
  }

  private HostCommand renewal() {
    return HostCommand.renew(app, id, terms.reason(), terms.expiry());
  }

  private String expires() {
    return "the lock there expires in " + terms.expiry().toSeconds() + " s";
  }

  private void note(Host host, String text) {
    ports.tell(new RolloutEvent.Note(host.name() + ": " + text));
  }
}
