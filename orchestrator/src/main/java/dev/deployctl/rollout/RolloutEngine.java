package dev.deployctl.rollout;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.OnFailure;
import dev.deployctl.rollout.RolloutOutcome.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rolls one release over hosts: lock, pull ahead, batches within a failure budget, and back where
 * that is asked for. Knows its ports alone.
 */
public final class RolloutEngine {
  /** Registries are easily overrun: pulls go out in smaller groups than questions do. */
  private static final int PULLS_AT_ONCE = 16;

  private static final Duration SLICE = Duration.ofMillis(200);

  /** How often hosts that somebody else holds are asked whether they are free. */
  private static final Duration LOCK_ASKED = Duration.ofSeconds(3);

  private final HostAgent agent;
  private final Timeline timeline;
  private final EventSink sink;
  private final Interruption interruption;
  private final @Nullable LockId held;

  public RolloutEngine(
      HostAgent agent, Timeline timeline, EventSink sink, Interruption interruption) {
    this(agent, timeline, sink, interruption, null);
  }

  /**
   * @param held a lock that the user holds on all hosts already, or null
   */
  public RolloutEngine(
      HostAgent agent,
      Timeline timeline,
      EventSink sink,
      Interruption interruption,
      @Nullable LockId held) {
    this.held = held;
    this.agent = agent;
    this.timeline = timeline;
    this.sink = sink;
    this.interruption = interruption;
  }

  /** What a rollout would do, or why it would do nothing. Touches nothing. */
  public Prepared prepare(RolloutRequest request) throws InterruptedException {
    Instant begun = timeline.now();
    while (true) {
      switch (new Preparation(agent, timeline, sink, held).prepare(request)) {
        case Preparation.Result.Ready ready -> {
          return new Prepared.Ready(ready.plan());
        }
        case Preparation.Result.Refused refused -> {
          RolloutOutcome outcome = refused.outcome();
          Duration left = request.lockWait().minus(Duration.between(begun, timeline.now()));
          if (outcome.ending() != Ending.LOCKED || !left.isPositive() || interruption.requested()) {
            return new Prepared.Refused(
                interruption.requested() ? outcome.endedBy(Ending.INTERRUPTED) : outcome);
          }
          // Asked anew after the wait: what hosts run is what their holder leaves behind.
          sink.tell(new RolloutEvent.Note(Locked.words(outcome, left)));
          pause(left.compareTo(LOCK_ASKED) < 0 ? left : LOCK_ASKED);
        }
      }
    }
  }

  /** Waits, but not after a Ctrl-C. */
  private void pause(Duration duration) throws InterruptedException {
    Instant end = timeline.now().plus(duration);
    while (!interruption.requested() && timeline.now().isBefore(end)) {
      Duration left = Duration.between(timeline.now(), end);
      timeline.sleep(left.compareTo(SLICE) < 0 ? left : SLICE);
    }
  }

  /** A plan, or the outcome of not having one. */
  public sealed interface Prepared {
    record Ready(RolloutPlan plan) implements Prepared {}

    record Refused(RolloutOutcome outcome) implements Prepared {}
  }

  /** Carries a plan out. */
  public RolloutOutcome run(RolloutRequest request, RolloutPlan plan) throws InterruptedException {
    return new Run(request, plan).run();
  }

  /** One run: what it has found out so far. */
  private final class Run {
    private final RolloutRequest request;
    private final RolloutPlan plan;
    private final Instant begun = timeline.now();
    private final Map<Host, HostOutcome> outcomes = new ConcurrentHashMap<>();
    private final FailureBudget budget;
    private final List<String> notes = new ArrayList<>();
    private boolean badCanary;

    Run(RolloutRequest request, RolloutPlan plan) {
      this.request = request;
      this.plan = plan;
      // Hosts within maxUnreachable are tolerated on top: they were known, and named, before
      // anything was touched.
      this.budget = new FailureBudget(plan.maxFailures());
      notes.addAll(plan.warnings());
    }

    RolloutOutcome run() throws InterruptedException {
      sink.tell(new RolloutEvent.Planned(plan));
      if (plan.hosts().isEmpty()) {
        return finish(Ending.DONE);
      }
      try (DeployLock lock =
          new DeployLock(agent, timeline, sink, request.app(), request.reason(), held)) {
        DeployLock.Refusal refusal =
            lock.take(plan.hosts(), request.settings().parallelism(), request.lockWait());
        if (refusal != null) {
          outcomes.put(
              refusal.host(),
              new HostOutcome.Failed(
                  refusal.host(),
                  serving(refusal.host()),
                  null,
                  "lock",
                  refusal.error(),
                  false,
                  Duration.ZERO));
          return finish(refusal.locked() ? Ending.LOCKED : Ending.PREFLIGHT_REFUSED);
        }
        ImageRef.Digest digest = plan.digest();
        if (digest != null) {
          pullAhead(HostCommand.pull(request.app(), digest));
        }
        if (!stopped()) {
          goOver(lock);
        }
        Ending ending = ending(lock);
        notes.addAll(new Afterwards(agent, timeline).notes(request));
        return finish(ending);
      }
    }

    private Ending ending(DeployLock lock) throws InterruptedException {
      if (!budget.spent() && !badCanary) {
        return interruption.requested() && outcomes.size() < plan.hosts().size()
            ? Ending.INTERRUPTED
            : Ending.DONE;
      }
      boolean changed = outcomes.values().stream().anyMatch(HostOutcome::changed);
      if (request.settings().onFailure() == OnFailure.ROLLBACK && changed) {
        takeBack(lock);
        return Ending.ROLLED_BACK;
      }
      return Ending.OVER_BUDGET;
    }

    private void pullAhead(HostCommand command) throws InterruptedException {
      List<Host> hosts = plan.hosts();
      Instant from = timeline.now();
      sink.tell(new RolloutEvent.StageStarted(RolloutEvent.Stage.PULL, hosts.size()));
      timeline.forEach(
          hosts,
          Math.min(PULLS_AT_ONCE, request.settings().parallelism()),
          host -> {
            if (stopped()) {
              return;
            }
            HostOutcome failed = pull(host, command);
            sink.tell(
                new RolloutEvent.StageProgress(
                    RolloutEvent.Stage.PULL,
                    host,
                    failed == null,
                    failed == null ? "pulled" : reason(failed)));
            if (failed != null) {
              settle(failed);
            }
          });
      sink.tell(
          new RolloutEvent.StageFinished(
              RolloutEvent.Stage.PULL,
              hosts.size() - outcomes.size(),
              hosts.size(),
              Duration.between(from, timeline.now())));
    }

    private @Nullable HostOutcome pull(Host host, HostCommand command) throws InterruptedException {
      Instant from = timeline.now();
      for (int attempt = 1; ; attempt++) {
        String reason;
        @Nullable String hint = null;
        try {
          HostReply reply = agent.call(host, command, event -> {});
          return reply.exit() == 0
              ? null
              : new HostOutcome.Failed(
                  host,
                  serving(host),
                  plan.wanted(),
                  "pull",
                  HostErrors.of(reply),
                  false,
                  Duration.between(from, timeline.now()));
        } catch (HostUnreachableException unreachable) {
          reason = String.valueOf(unreachable.getMessage());
          hint = unreachable.hint();
        } catch (ConnectionLostException lost) {
          reason = String.valueOf(lost.getMessage());
        }
        // Pulling twice does no harm, and a connection often comes back.
        if (attempt == 3) {
          return new HostOutcome.Unreachable(host, serving(host), reason, hint);
        }
        timeline.sleep(Duration.ofSeconds(attempt));
      }
    }

    private void goOver(DeployLock lock) throws InterruptedException {
      List<RolloutPlan.Batch> batches = plan.batches();
      for (int i = 0; i < batches.size() && !stopped(); i++) {
        RolloutPlan.Batch batch = batches.get(i);
        List<Host> hosts =
            batch.hosts().stream().filter(host -> !outcomes.containsKey(host)).toList();
        sink.tell(
            new RolloutEvent.BatchStarted(i + 1, batches.size(), batch.hosts(), batch.canary()));
        timeline.forEach(
            hosts,
            hosts.isEmpty() ? 1 : hosts.size(),
            host -> {
              if (!stopped()) {
                settle(deploy(host, lock));
              }
            });
        sink.tell(
            new RolloutEvent.BatchFinished(
                i + 1, batches.size(), budget.failures(), budget.limit()));
        boolean more = i + 1 < batches.size() && !stopped();
        if (more && batch.canary() && request.settings().bake().isPositive()) {
          bake(batch.hosts());
        }
        if (more && request.settings().pause().isPositive() && !stopped()) {
          pause(request.settings().pause(), "pause between batches");
        }
      }
    }

    /** Watches the canary for a while; what is worse than before goes no further. */
    private void bake(List<Host> canary) throws InterruptedException {
      Duration window = request.settings().bake();
      pause(window, "watching the canary");
      Bake.Verdict verdict =
          new Bake(agent, timeline)
              .judge(request.app(), canary, window, request.settings().parallelism());
      sink.tell(new RolloutEvent.Note(verdict.text()));
      notes.add(verdict.text());
      badCanary = verdict.worse();
    }

    private void pause(Duration duration, String why) throws InterruptedException {
      sink.tell(new RolloutEvent.Paused(duration, why));
      RolloutEngine.this.pause(duration);
    }

    private HostOutcome deploy(Host host, DeployLock lock) throws InterruptedException {
      sink.tell(new RolloutEvent.HostStarted(host));
      Instant from = timeline.now();
      HostRollout rollout =
          new HostRollout(
              agent, timeline, sink, host, request.app(), request.id(), request.patience());
      HostRollout.End end = rollout.run(command(lock));
      Duration took = Duration.between(from, timeline.now());
      return switch (end) {
        case HostRollout.End.Told told -> told(host, told, rollout, took);
        case HostRollout.End.Refused refused ->
            new HostOutcome.Failed(
                host, serving(host), plan.wanted(), null, refused.error(), false, took);
        case HostRollout.End.NotStarted gone ->
            new HostOutcome.Unreachable(host, serving(host), gone.reason(), gone.hint());
        case HostRollout.End.Silent silent ->
            new HostOutcome.Unknown(host, serving(host), silent.step(), silent.reason());
      };
    }

    private HostCommand command(DeployLock lock) {
      return switch (request.work()) {
        case Work.Restart restart -> restart.command(request.app(), request.id(), lock.id());
        case Work.Deploy deploy ->
            deploy.command(
                request.app(), Objects.requireNonNull(plan.digest()), request.id(), lock.id());
      };
    }

    private HostOutcome told(
        Host host, HostRollout.End.Told told, HostRollout rollout, Duration took) {
      HostEvent.DeployFinished last = told.finished();
      HostEvent.DeployStarted first = told.started();
      Release tried = image(first == null ? null : first.release(), last);
      if (last.reached()) {
        Release now = image(last.serving(), last);
        return last.outcome().equals("unchanged")
            ? new HostOutcome.Skipped(host, now)
            : new HostOutcome.Updated(
                host, serving(host), now, took, rollout.cutConnections(), rollout.warnings());
      }
      HostError error = last.error();
      return new HostOutcome.Failed(
          host,
          last.changed() ? tried : serving(host),
          tried,
          told.step(),
          error == null
              ? new HostError("internal", "the host gave no reason", null, null, null)
              : error,
          last.changed(),
          took);
    }

    /** The release of this rollout on one host; at a restart the host says which image it is. */
    private Release image(@Nullable String id, HostEvent.DeployFinished last) {
      return plan.restart()
          ? new Release(id, last.digest(), last.tag())
          : new Release(id, plan.wanted().digest(), plan.wanted().tag());
    }

    /** Takes exactly the hosts that this rollout changed back to the release each ran before. */
    private void takeBack(DeployLock lock) throws InterruptedException {
      List<Host> changed =
          plan.hosts().stream()
              .filter(
                  host -> {
                    HostOutcome outcome = outcomes.get(host);
                    return outcome != null && outcome.changed();
                  })
              .toList();
      Undo undo = new Undo(agent, timeline, sink, request.app(), request.id(), request.patience());
      Map<Host, HostOutcome> back =
          undo.run(changed, request.settings().parallelism(), lock.id(), plan.wanted());
      outcomes.putAll(back);
    }

    private void settle(HostOutcome outcome) {
      outcomes.put(outcome.host(), outcome);
      sink.tell(new RolloutEvent.HostFinished(outcome));
      if (budget.count(outcome)) {
        sink.tell(new RolloutEvent.BudgetSpent(budget.failures(), budget.limit()));
      }
    }

    private boolean stopped() {
      return budget.spent() || badCanary || interruption.requested();
    }

    private @Nullable Release serving(Host host) {
      return plan.serving().get(host.id());
    }

    private RolloutOutcome finish(Ending ending) {
      List<HostOutcome> all = new ArrayList<>();
      for (Host host : plan.hosts()) {
        HostOutcome outcome = outcomes.get(host);
        all.add(outcome == null ? new HostOutcome.Untouched(host, serving(host)) : outcome);
      }
      plan.skipped().forEach(host -> all.add(new HostOutcome.Skipped(host, serving(host))));
      all.addAll(plan.unreachable());
      RolloutOutcome outcome =
          new RolloutOutcome(
              request.id(),
              request.app(),
              ending,
              plan.wanted(),
              all,
              plan.maxFailures(),
              Duration.between(begun, timeline.now()),
              notes);
      sink.tell(new RolloutEvent.Finished(outcome));
      return outcome;
    }

    private static String reason(HostOutcome outcome) {
      return switch (outcome) {
        case HostOutcome.Failed failed -> failed.error().message();
        case HostOutcome.Unreachable gone -> gone.reason();
        default -> "";
      };
    }
  }
}
