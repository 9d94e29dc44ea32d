package dev.deployctl.rollout;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RollbackPlan;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.planning.HostWarnings;
import dev.deployctl.rollout.planning.LastRollout;
import dev.deployctl.rollout.planning.LatestRollout;
import dev.deployctl.rollout.planning.SameMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan of a rollback from what the hosts themselves know of the rollouts that changed
 * them. Touches nothing.
 */
final class RollbackPlanner {
  private final Ports ports;
  private final FleetCall call;

  RollbackPlanner(Ports ports) {
    this.ports = ports;
    this.call =
        new FleetCall(
            ports.agent(), ports.timeline(), text -> ports.tell(new RolloutEvent.Note(text)));
  }

  /** The answers of the hosts: their status, the rollouts that they run, and who is unreachable. */
  private record Answers(
      Map<Host, AnswerEvents.Status> told,
      LatestRollout rollouts,
      List<HostOutcome.Unreachable> unreachable) {}

  /**
   * Returns the plan that rolls back one rollout.
   *
   * @param wanted the rollout to roll back; null for the last one that changed any of these hosts
   */
  RollbackPlan plan(
      App app, List<Host> hosts, @Nullable RolloutId wanted, int parallelism, int maxUnreachable)
      throws InterruptedException {
    Answers answers = ask(app, hosts, parallelism);
    Map<Host, AnswerEvents.Status> told = answers.told();
    List<HostOutcome.Unreachable> unreachable = answers.unreachable();
    if (unreachable.size() > maxUnreachable) {
      throw tooManyUnreachable(unreachable, hosts.size());
    }
    HostValues.Serving last = wanted == null ? last(app, told, answers.rollouts()) : null;
    RolloutId undone = wanted == null ? idOf(app, last, told) : wanted;
    RollbackPlan plan = plan(app, hosts, told, unreachable, undone, last);
    List<String> warnings =
        new ArrayList<>(HostWarnings.ofRollback(call, plan, parallelism).lines());
    warnings.addAll(SameMachine.warnings(hosts));
    return plan.warning(warnings);
  }

  private Answers ask(App app, List<Host> hosts, int parallelism) throws InterruptedException {
    Map<Host, AnswerEvents.Status> told = new HashMap<>();
    LatestRollout rollouts = new LatestRollout(ports.timeline().now());
    List<HostOutcome.Unreachable> unreachable = new ArrayList<>();
    for (HostResult result : call.ask(hosts, HostCommand.status(app), parallelism)) {
      switch (result) {
        case HostResult.Answered answered -> {
          AnswerEvents.Status status = answered.status();
          if (status != null) {
            told.put(answered.host(), status);
            rollouts.add(answered.host().name(), status.serving(), answered.clock());
          }
        }
        case HostResult.Refused refused ->
            throw new DeployException(
                FailureKind.PREFLIGHT_REFUSED,
                refused.host().name() + ": " + refused.error().message() + "; nothing was touched",
                refused.error().hint());
        case HostResult.Unreachable lost -> unreachable.add(Outcomes.unreachable(lost, null));
      }
    }
    return new Answers(told, rollouts, unreachable);
  }

  private static DeployException tooManyUnreachable(
      List<HostOutcome.Unreachable> unreachable, int hosts) {
    HostOutcome.Unreachable first = unreachable.getFirst();
    return new DeployException(
        FailureKind.UNREACHABLE,
        unreachable.size()
            + " of "
            + hosts
            + " hosts are unreachable ("
            + first.host().name()
            + ": "
            + first.reason()
            + "); nothing was touched",
        "--max-unreachable "
            + unreachable.size()
            + " rolls back the others, and leaves these as they are");
  }

  private static HostValues.@Nullable Serving last(
      App app, Map<Host, AnswerEvents.Status> told, LatestRollout rollouts) {
    HostValues.Serving last = rollouts.find(app);
    if (last != null && last.byRollback()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "the last change of "
              + app
              + " was itself a rollback ("
              + last.rollout()
              + ", "
              + last.since()
              + "); nothing was touched",
          "to go further back: "
              + LastRollout.choices(app, told)
              + "; deployctl history "
              + app
              + " lists rollouts, and deployctl rollout "
              + app
              + " --tag or --digest brings any release");
    }
    return last;
  }

  /** The rollout that the last change belongs to: of a restart, the one whose image it started. */
  private static RolloutId idOf(
      App app, HostValues.@Nullable Serving last, Map<Host, AnswerEvents.Status> told) {
    if (last == null || last.rollout() == null) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no host runs a release of " + app + " that could be rolled back",
          "deployctl status " + app + " shows what runs where");
    }
    String image = LastRollout.of(statusOf(last, told));
    return new RolloutId(last.byRestart() && image != null ? image : last.rollout());
  }

  private static AnswerEvents.@Nullable Status statusOf(
      HostValues.Serving serving, Map<Host, AnswerEvents.Status> told) {
    return told.values().stream()
        .filter(status -> serving.equals(status.serving()))
        .findFirst()
        .orElse(null);
  }

  private static RollbackPlan plan(
      App app,
      List<Host> hosts,
      Map<Host, AnswerEvents.Status> told,
      List<HostOutcome.Unreachable> unreachable,
      RolloutId undone,
      HostValues.@Nullable Serving last) {
    List<Host> changed = new ArrayList<>();
    List<Host> untouched = new ArrayList<>();
    Map<String, Release> from = new HashMap<>();
    Map<String, Release> to = new HashMap<>();
    for (Host host : hosts) {
      AnswerEvents.Status status = told.get(host);
      if (status == null) {
        continue;
      }
      HostValues.Serving serving = status.serving();
      if (serving != null) {
        from.put(host.id(), Release.of(serving));
      }
      if (!LastRollout.isFrom(status, undone)) {
        untouched.add(host);
        continue;
      }
      changed.add(host);
      Release before = LastRollout.before(status, undone);
      if (before != null) {
        to.put(host.id(), before);
      }
    }
    if (changed.isEmpty()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no host runs what rollout " + undone + " put there: there is nothing to roll back",
          "what hosts run goes back with " + LastRollout.choices(app, told));
    }
    List<String> warnings =
        new ArrayList<>(
            LastRollout.warnings(app, undone, changed.stream().map(told::get).toList()));
    Map<Host, AnswerEvents.Status> others = new HashMap<>();
    untouched.forEach(host -> others.put(host, Objects.requireNonNull(told.get(host))));
    warnings.addAll(LastRollout.differences(app, others, to.values()));
    return new RollbackPlan(
        app,
        undone,
        last == null ? null : last.by(),
        last == null ? null : last.since(),
        changed,
        untouched,
        unreachable,
        from,
        to,
        warnings);
  }
}
