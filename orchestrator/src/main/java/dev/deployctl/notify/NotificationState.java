package dev.deployctl.notify;

import dev.deployctl.model.App;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.SourceChange;
import org.jspecify.annotations.Nullable;

/**
 * The state of a rollout, restart or rollback, as it is sent to channels.
 *
 * @param plan the plan, null for a rollback and before it is known
 * @param source the commits that go out, null where they are not known
 * @param phase what it does now
 * @param begun whether hosts are being changed
 * @param done hosts that have ended
 * @param failures those of them that count as failures
 * @param outcome the outcome, null while it runs
 */
record NotificationState(
    About about,
    @Nullable RolloutPlan plan,
    @Nullable SourceChange source,
    String phase,
    boolean begun,
    int done,
    int failures,
    @Nullable RolloutOutcome outcome) {
  /**
   * The rollout, restart or rollback that is reported.
   *
   * @param command the command that runs, such as {@code rollout}
   * @param environment the environment that the user chose, or null
   * @param by who runs it
   */
  record About(String command, App app, @Nullable String environment, String by) {}

  static NotificationState of(About about) {
    return new NotificationState(about, null, null, "begins", false, 0, 0, null);
  }

  /** Returns the state after an event. */
  NotificationState after(RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.Planned(RolloutPlan planned) ->
          new NotificationState(
              about, planned, planned.source(), phase, begun, done, failures, outcome);
      case RolloutEvent.SourceKnown(SourceChange known) ->
          new NotificationState(about, plan, known, phase, begun, done, failures, outcome);
      case RolloutEvent.StageStarted stage -> at(stage.stage().word(), begun);
      case RolloutEvent.BatchStarted batch ->
          at(
              batch.canary()
                  ? "canary, batch " + batch.number() + " of " + batch.of()
                  : "batch " + batch.number() + " of " + batch.of(),
              true);
      case RolloutEvent.Paused paused -> at(paused.why(), begun);
      case RolloutEvent.GateStarted gate ->
          at("gate " + gate.name() + ", after " + gate.after(), begun);
      case RolloutEvent.Interrupted _ -> at("interrupted, running hosts finish", begun);
      case RolloutEvent.HostFinished(HostOutcome host) ->
          new NotificationState(
              about,
              plan,
              source,
              phase,
              begun,
              done + 1,
              failures + (host.failure() ? 1 : 0),
              outcome);
      default -> this;
    };
  }

  /** Returns the last state. */
  NotificationState endedBy(RolloutOutcome end) {
    SourceChange known = end.source() == null ? source : end.source();
    return new NotificationState(
        about, plan, known, phase, begun, done, failures, end.withoutSecrets());
  }

  private NotificationState at(String now, boolean changing) {
    return new NotificationState(about, plan, source, now, changing, done, failures, outcome);
  }
}
