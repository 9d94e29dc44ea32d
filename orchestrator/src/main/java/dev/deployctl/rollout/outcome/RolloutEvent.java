package dev.deployctl.rollout.outcome;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.time.Duration;
import java.util.List;

/** The events of a rollout, as they happen. Sinks must not block. */
public sealed interface RolloutEvent {
  /** A stage over all hosts begins: one of {@link Stage}. */
  record StageStarted(Stage stage, int hosts) implements RolloutEvent {}

  /** One host has done its part of a stage. */
  record StageProgress(Stage stage, Host host, boolean ok, String message)
      implements RolloutEvent {}

  record StageFinished(Stage stage, int ok, int hosts, Duration took) implements RolloutEvent {}

  /** The plan is made and the rollout starts to change hosts. */
  record Planned(RolloutPlan plan) implements RolloutEvent {}

  /** The source of the new image is known since it was pulled. */
  record SourceKnown(SourceChange source) implements RolloutEvent {}

  record BatchStarted(int number, int of, List<Host> hosts, boolean canary)
      implements RolloutEvent {
    public BatchStarted {
      hosts = List.copyOf(hosts);
    }
  }

  record BatchFinished(int number, int of, int failures, int budget) implements RolloutEvent {}

  record HostStarted(Host host) implements RolloutEvent {}

  /** A host sent an event. */
  record HostTold(Host host, HostEvent event) implements RolloutEvent {}

  /** The connection is lost and is being made again; the host goes on by itself. */
  record Reattaching(Host host, int attempt, String reason) implements RolloutEvent {}

  record HostFinished(HostOutcome outcome) implements RolloutEvent {}

  record Paused(Duration duration, String why) implements RolloutEvent {}

  /**
   * A gate is asked.
   *
   * @param kind what is asked, in the word of the configuration, such as {@code command}
   * @param after what it follows, such as {@code canary} or {@code batch 2}
   */
  record GateStarted(String name, String kind, String after) implements RolloutEvent {}

  /** A line that the command of a gate printed. */
  record GateTold(String name, String line) implements RolloutEvent {}

  /** A gate answered, or did not. */
  record GateFinished(GateResult result) implements RolloutEvent {}

  /** The budget is spent: no more hosts are started. */
  record BudgetSpent(int failures, int budget) implements RolloutEvent {}

  /** Ctrl-C: hosts that have started finish, no more are started. */
  record Interrupted(int running) implements RolloutEvent {}

  record Note(String message) implements RolloutEvent {}

  /** The last one. */
  record Finished(RolloutOutcome outcome) implements RolloutEvent {}

  /** A step that all hosts take together, before or after the batches. */
  enum Stage {
    PREFLIGHT("preflight"),
    LOCK("lock"),
    PULL("pulled"),
    RELEASE("release command"),
    ABANDON("abandoned"),
    ROLLBACK("rolled back");

    private final String word;

    Stage(String word) {
      this.word = word;
    }

    /** Returns the name that a person reads. */
    public String word() {
      return word;
    }
  }
}
