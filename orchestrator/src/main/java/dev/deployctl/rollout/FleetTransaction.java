package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostAnswer;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.EventSink;
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
  /** The host was not asked, because the user wanted no more. */
  private static final int NOT_BEGUN = 130;

  private final Ports ports;
  private final Interruption interruption;

  public FleetTransaction(
      HostAgent agent, Timeline timeline, EventSink sink, Interruption interruption) {
    this.ports = new Ports(agent, timeline, sink);
    this.interruption = interruption;
  }

  /**
   * How to go about it.
   *
   * @param lock how the app is held against others
   * @param held a lock that the user holds already, or null to take one
   * @param patience how long a silent host is asked again
   */
  public record Options(
      int parallelism, LockTerms lock, @Nullable LockId held, Duration patience) {}

  /**
   * Runs a verb.
   *
   * @param words options of the verb beyond those of every transaction
   * @return one answer a host; where the lock is not had, its one refusal
   */
  public List<HostAnswer> run(
      App app, String verb, List<String> words, List<Host> hosts, Options options)
      throws InterruptedException {
    RolloutId id = RolloutId.random();
    Map<Host, HostAnswer> answers = new ConcurrentHashMap<>();
    try (DeployLock lock =
        new DeployLock(ports, interruption, app, options.lock(), options.held())) {
      DeployLock.Refusal refusal = lock.take(hosts, options.parallelism());
      if (refusal != null) {
        return List.of(
            new HostAnswer.Refused(
                refusal.host(), refusal.locked() ? 75 : 70, refusal.error(), List.of()));
      }
      HostCommand command =
          HostCommand.of(verb, app).rollout(id).with("--lock=" + lock.id().value());
      for (String word : words) {
        command = command.with(word);
      }
      HostCommand whole = command;
      ports
          .timeline()
          .forEach(
              hosts,
              options.parallelism(),
              host ->
                  answers.put(
                      host,
                      interruption.requested()
                          ? notBegun(host)
                          : underLock(
                              lock, host, () -> rollout(app, id, host, options).run(whole))));
    }
    return hosts.stream().map(host -> Objects.requireNonNull(answers.get(host))).toList();
  }

  private interface Change {
    HostRollout.End run() throws InterruptedException;
  }

  private static HostAnswer underLock(DeployLock lock, Host host, Change change)
      throws InterruptedException {
    DeployLock.Refusal refusal = lock.ensure(host);
    return refusal == null
        ? answer(host, change.run())
        : new HostAnswer.Refused(host, refusal.locked() ? 75 : 70, refusal.error(), List.of());
  }

  private HostRollout rollout(App app, RolloutId id, Host host, Options options) {
    return new HostRollout(ports, host, app, id, options.patience(), lost -> false);
  }

  private static HostAnswer notBegun(Host host) {
    return new HostAnswer.Refused(
        host,
        NOT_BEGUN,
        FleetCall.error("interrupted", "interrupted before its turn: nothing was touched there"),
        List.of());
  }

  private static HostAnswer answer(Host host, HostRollout.End end) {
    return switch (end) {
      case HostRollout.End.Told told -> told(host, told.finished());
      case HostRollout.End.Refused refused ->
          new HostAnswer.Refused(host, refused.exit(), refused.error(), List.of());
      case HostRollout.End.NotStarted gone ->
          new HostAnswer.OutOfReach(host, gone.reason(), gone.hint());
      case HostRollout.End.Silent silent ->
          new HostAnswer.OutOfReach(
              host, silent.reason(), "it was begun there, and how it ended is not known");
    };
  }

  private static HostAnswer told(Host host, HostEvent.DeployFinished last) {
    if (last.reached()) {
      return new HostAnswer.Done(host, List.of(last));
    }
    HostError error = last.error();
    return new HostAnswer.Refused(
        host,
        last.exit(),
        error == null ? FleetCall.error("internal", "the host gave no reason") : error,
        List.of(last));
  }
}
