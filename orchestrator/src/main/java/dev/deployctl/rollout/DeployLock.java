package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.LockHolder;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The right to change one app on a set of hosts: on all of them, or on none. Hosts are asked in one
 * order that everybody shares, the first one alone and then the others together, so that of two
 * rollouts with hosts in common one wins. The lock expires by itself soon after the holder stops
 * renewing it, so a crashed laptop blocks nobody for long.
 */
final class DeployLock implements AutoCloseable {
  private static final Duration SHORTEST_RETRY = Duration.ofMillis(700);

  /** Longer than the loser of a race takes to release what it had acquired. */
  private static final Duration TIE = Duration.ofSeconds(3);

  private static final Duration ASKED_AGAIN = Duration.ofMillis(300);

  private final Ports ports;
  private final Interruption interruption;
  private final App app;
  private final LockTerms terms;
  private final LockId id;
  private final boolean standing;
  private final Leases leases;
  private int parallelism = 1;
  private Timeline.@Nullable Beat heartbeat;

  /**
   * @param held a lock that the user holds on all these hosts already: then none is taken, renewed
   *     or released
   */
  DeployLock(
      Ports ports, Interruption interruption, App app, LockTerms terms, @Nullable LockId held) {
    this.id = held == null ? LockId.random() : held;
    this.standing = held != null;
    this.ports = ports;
    this.interruption = interruption;
    this.app = app;
    this.terms = terms;
    this.leases = new Leases(ports, app, id, terms);
  }

  /** Returns how a rollout ends that a host refused the lock. */
  static Ending ending(HostResult.Refused refusal, Interruption interruption) {
    if (!refusal.locked()) {
      return Ending.PREFLIGHT_REFUSED;
    }
    return interruption.requested() ? Ending.INTERRUPTED : Ending.LOCKED;
  }

  LockId id() {
    return id;
  }

  /**
   * Takes the lock on all hosts, waiting as long as its terms say while somebody else holds one of
   * them, and no longer after a Ctrl-C.
   */
  HostResult.@Nullable Refused take(List<Host> hosts, int atOnce) throws InterruptedException {
    if (standing) {
      return null;
    }
    parallelism = atOnce;
    List<Host> ordered = new ArrayList<>(hosts);
    ordered.sort(Comparator.comparing(Host::id));
    Instant begun = ports.timeline().now();
    ports.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.LOCK, ordered.size()));
    while (true) {
      HostResult.Refused refusal = tryInOrder(ordered);
      if (refusal == null) {
        heartbeat = ports.timeline().every(terms.renewal(), this::renew);
        ports.tell(
            new RolloutEvent.StageFinished(
                RolloutEvent.Stage.LOCK,
                leases.hosts().size(),
                ordered.size(),
                Duration.between(begun, ports.timeline().now())));
        return null;
      }
      release();
      Duration waited = Duration.between(begun, ports.timeline().now());
      if (!refusal.locked() || waited.compareTo(terms.timeout()) >= 0 || interruption.requested()) {
        return refusal;
      }
      ports
          .timeline()
          .sleep(SHORTEST_RETRY.plusMillis(ThreadLocalRandom.current().nextInt(1, 800)));
    }
  }

  /**
   * Two that ask at the same time may each come first somewhere. Whoever is refused releases what
   * lies behind the refused host, keeps what lies before it, and asks again for a moment: so the
   * one who is ahead at the first host that both want gets all of them, and never both none.
   */
  private HostResult.@Nullable Refused tryInOrder(List<Host> ordered) throws InterruptedException {
    Instant begun = ports.timeline().now();
    int from = 0;
    while (true) {
      HostResult.Refused refusal = tryAll(ordered.subList(from, ordered.size()));
      if (refusal == null || !refusal.locked()) {
        return refusal;
      }
      int refused = ordered.indexOf(refusal.host());
      leases.release(ordered.subList(refused, ordered.size()), parallelism);
      if (refused == 0 || Duration.between(begun, ports.timeline().now()).compareTo(TIE) >= 0) {
        return refusal;
      }
      from = refused;
      ports.timeline().sleep(ASKED_AGAIN);
    }
  }

  private HostResult.@Nullable Refused tryAll(List<Host> hosts) throws InterruptedException {
    Map<Host, HostResult.Refused> refusals = new ConcurrentHashMap<>();
    hosts.stream().skip(1).limit(parallelism).forEach(leases::prepare);
    // Whoever comes second mostly learns it from the first host, and has touched nothing else.
    int first = Math.min(1, hosts.size());
    for (List<Host> wave : List.of(hosts.subList(0, first), hosts.subList(first, hosts.size()))) {
      ports
          .timeline()
          .forEach(
              wave,
              parallelism,
              host -> {
                HostResult.Refused refusal = refusals.isEmpty() ? leases.take(host) : null;
                if (refusal != null) {
                  refusals.put(host, refusal);
                }
              });
    }
    return hosts.stream()
        .map(refusals::get)
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Lets hosts get ready for the release of the lock, as many as are asked at once. */
  void prepareRelease() {
    leases.hosts().stream().limit(parallelism).forEach(leases::prepareRelease);
  }

  /** Why the lock does not hold any more; null while it does, as far as is known. */
  Leases.@Nullable Loss loss() {
    return leases.loss();
  }

  /**
   * Makes sure that the lock holds on a host that is about to be changed; null where it does. Where
   * a user's own lock is used, the host is asked only by the change itself.
   */
  HostResult.@Nullable Refused ensure(Host host) throws InterruptedException {
    return standing ? null : leases.ensure(host, false);
  }

  /** The same for undoing a change, which a host refuses by itself where others came between. */
  HostResult.@Nullable Refused ensureAgain(Host host) throws InterruptedException {
    return standing ? null : leases.ensure(host, true);
  }

  /**
   * Returns whether a host that refused a change did so because the lock is lost: asks it where its
   * answer can mean that.
   */
  boolean isLost(Host host, HostError refusal) throws InterruptedException {
    if (refusal.is(HostErrorKind.LOCKED) && leases.loss() == null) {
      if (standing) {
        askHolder(host);
      } else {
        leases.renew(host);
      }
    }
    return leases.loss() != null;
  }

  /** A host that is busy names no lock: then it is as it was. */
  private void askHolder(Host host) throws InterruptedException {
    HostResult result =
        new HostCall(ports.agent(), ports.timeline()).ask(host, HostCommand.status(app));
    AnswerEvents.Status status =
        result instanceof HostResult.Answered answered ? answered.status() : null;
    if (status == null) {
      return;
    }
    LockHolder holder = status.lock();
    if (holder == null || (holder.lock() != null && !id.value().equals(holder.lock()))) {
      leases.lose(
          host,
          HostErrorKind.LOCKED.error(
              "the lock "
                  + id.value()
                  + " is not held there any more"
                  + (holder == null ? "" : ": " + holder.holder() + " holds the app")));
    }
  }

  private void renew() throws InterruptedException {
    ports.timeline().forEach(leases.hosts(), parallelism, leases::renew);
  }

  private void release() throws InterruptedException {
    leases.release(leases.hosts(), parallelism);
  }

  /** Releases the lock on every host that has it. */
  @Override
  public void close() {
    Timeline.Beat beat = heartbeat;
    if (beat != null) {
      beat.close();
    }
    try {
      release();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
