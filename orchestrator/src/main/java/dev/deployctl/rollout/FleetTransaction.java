package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.SlowHosts;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on all hosts at once, such as stop or start: under the lock, and each followed to
 * its end even where its connection breaks. After a Ctrl-C no more hosts are begun.
 */
public final class FleetTransaction {
  private final Ports ports;
  private final SlowHosts slow;
  private final Interruption interruption;

  /**
   * @param sink receives what hosts send, and notes about hosts that do not answer
   */
  public FleetTransaction(
      HostAgent agent, Timeline timeline, EventSink sink, Interruption interruption) {
    this.slow = new SlowHosts(timeline, text -> sink.tell(new RolloutEvent.Note(text)));
    this.ports = new Ports(agent, timeline, event -> tell(sink, event));
    this.interruption = interruption;
  }

  private void tell(EventSink sink, RolloutEvent event) {
    if (event instanceof RolloutEvent.HostTold told) {
      slow.heard(told.host());
    }
    sink.tell(event);
  }

  /**
   * The options of a change.
   *
   * @param lock how the app is held against others
   * @param held a lock that the user holds already, or null to take one
   * @param reconnectTimeout how long a silent host is asked again
   */
  public record Options(
      int parallelism, LockTerms lock, @Nullable LockId held, Duration reconnectTimeout) {}

  /** The change of one host. */
  public interface Request {
    HostCommand of(Host host, RolloutId id, LockId lock);
  }

  /**
   * Makes a change.
   *
   * @return one result for each host; where the lock is not acquired, its one refusal
   */
  public List<HostResult> run(App app, Request request, List<Host> hosts, Options options)
      throws InterruptedException {
    RolloutId id = RolloutId.random();
    Map<Host, HostResult> answers = new ConcurrentHashMap<>();
    try (DeployLock lock =
        new DeployLock(ports, interruption, app, options.lock(), options.held())) {
      HostResult.Refused refusal = lock.take(hosts, options.parallelism());
      if (refusal != null) {
        return List.of(refusal);
      }
      slow.forEach(
          hosts,
          options.parallelism(),
          host ->
              answers.put(
                  host,
                  interruption.requested()
                      ? notBegun(host)
                      : underLock(
                          lock,
                          host,
                          () ->
                              rollout(app, id, host, options)
                                  .run(request.of(host, id, lock.id())))));
    }
    return hosts.stream().map(host -> Objects.requireNonNull(answers.get(host))).toList();
  }

  private interface Task {
    HostTransaction.End run() throws InterruptedException;
  }

  private static HostResult underLock(DeployLock lock, Host host, Task task)
      throws InterruptedException {
    HostResult.Refused refusal = lock.ensure(host);
    return refusal == null ? result(task.run()) : refusal;
  }

  private HostTransaction rollout(App app, RolloutId id, Host host, Options options) {
    return new HostTransaction(ports, host, app, id, options.reconnectTimeout(), lost -> false);
  }

  private static HostResult notBegun(Host host) {
    return new HostResult.Refused(
        host,
        HostErrorKind.INTERRUPTED,
        HostErrorKind.INTERRUPTED.error("interrupted before its turn: nothing was touched there"));
  }

  /** Returns the result of a transaction that has ended: a refusal where it did not succeed. */
  static HostResult result(HostTransaction.End end) {
    HostError malformed = end.malformed();
    return switch (end.result()) {
      case HostResult.Answered answered when malformed != null ->
          new HostResult.Refused(answered.host(), HostErrorKind.INTERNAL, malformed);
      case HostResult.Answered answered -> result(answered);
      case HostResult.Refused refused -> refused;
      case HostResult.Unreachable lost when lost.mayHaveRun() ->
          new HostResult.Unreachable(
              lost.host(), lost.reason(), "it was started there; its result is not known", true);
      case HostResult.Unreachable lost -> lost;
    };
  }

  private static HostResult result(HostResult.Answered answered) {
    TransactionEvents.DeployFinished last =
        answered.events(TransactionEvents.DeployFinished.class).getLast();
    if (last.reached()) {
      return answered;
    }
    HostError error = last.error();
    return new HostResult.Refused(
        answered.host(),
        last.exit(),
        error == null ? HostErrorKind.INTERNAL.error("the host gave no reason") : error,
        answered.events());
  }
}
