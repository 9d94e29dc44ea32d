package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.LockHolder;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lock that a person acquires and releases: on all hosts of an app, or on none. Nobody renews it;
 * it ends when it is released or when it expires.
 */
public final class StandingLock {
  private final FleetCall call;
  private final App app;
  private final int parallelism;

  public StandingLock(FleetCall call, App app, int parallelism) {
    this.call = call;
    this.app = app;
    this.parallelism = parallelism;
  }

  /**
   * The result of acquiring it.
   *
   * @param lock its id; null when it was not acquired
   * @param answers one for each host that was asked
   */
  public record Taken(@Nullable LockId lock, List<HostResult> answers) {
    public Taken {
      answers = List.copyOf(answers);
    }
  }

  /**
   * Acquires it. Hosts are asked in one order that everybody shares, the first one alone, so that
   * of two people at the same moment one gets the lock on all hosts and the other on none.
   */
  public Taken take(List<Host> hosts, String reason, Duration expires) throws InterruptedException {
    LockId id = LockId.random();
    List<Host> ordered = new ArrayList<>(hosts);
    ordered.sort(Comparator.comparing(Host::id));
    HostCommand command = HostCommand.lock(app, id, reason, expires);
    List<HostResult> answers = new ArrayList<>(ask(ordered.subList(0, 1), command));
    if (done(answers)) {
      answers.addAll(ask(ordered.subList(1, ordered.size()), command));
    }
    if (done(answers)) {
      return new Taken(id, answers);
    }
    // Also where the connection was lost or the answer is missing: that host may hold it.
    List<Host> mayHold =
        answers.stream()
            .filter(answer -> !(answer instanceof HostResult.Refused no) || no.mayHaveRun())
            .map(HostResult::host)
            .toList();
    ask(mayHold, HostCommand.unlock(app, id));
    return new Taken(null, answers);
  }

  /** Releases a lock. */
  public List<HostResult> release(List<Host> hosts, LockId lock) throws InterruptedException {
    return ask(hosts, HostCommand.unlock(app, lock));
  }

  /** Releases whatever lock there is; hosts record who did that. */
  public List<HostResult> force(List<Host> hosts) throws InterruptedException {
    return ask(hosts, HostCommand.forceUnlock(app));
  }

  /** Returns who has locked the app where, in the order of the hosts. Changes nothing. */
  public List<Held> held(List<Host> hosts) throws InterruptedException {
    List<Held> held = new ArrayList<>();
    for (HostResult answer : ask(hosts, HostCommand.status(app))) {
      List<AnswerEvents.Status> told =
          answer instanceof HostResult.Answered done
              ? done.events(AnswerEvents.Status.class)
              : List.of();
      if (told.isEmpty()) {
        held.add(new Held(answer, null));
      }
      told.stream()
          .filter(status -> status.lock() != null)
          .forEach(status -> held.add(new Held(answer, status.lock())));
    }
    return held;
  }

  /**
   * The lock on one host.
   *
   * @param holder null where the host could not be asked, or did not say
   */
  public record Held(HostResult answer, @Nullable LockHolder holder) {}

  private List<HostResult> ask(List<Host> hosts, HostCommand command) throws InterruptedException {
    return call.ask(hosts, command, parallelism);
  }

  private static boolean done(List<HostResult> answers) {
    return answers.stream().allMatch(HostResult.Answered.class::isInstance);
  }
}
