package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.InventoryNow;
import dev.deployctl.gates.Person;
import dev.deployctl.hooks.RolloutHooks;
import dev.deployctl.output.RolloutView;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutOutcome;

/** A planned change of an app's hosts: {@link ChangeCommand} shows it, asks, and runs it. */
interface Change {
  /** Shows the plan. */
  void show(RolloutView view);

  /** Returns whether there is nothing to change, so that nobody needs to be asked. */
  boolean isEmpty();

  /** Runs the user's hooks that come before the change. */
  void runHooksBefore(RolloutHooks hooks) throws InterruptedException;

  /** Changes the hosts. */
  RolloutOutcome run() throws InterruptedException;

  /** The result of asking all hosts before anything is changed. */
  sealed interface Prepared {
    /** All is ready. */
    record Planned(Change change) implements Prepared {}

    /** A preflight refused the change. */
    record Refused(RolloutOutcome outcome) implements Prepared {}
  }

  /**
   * The hosts to change and the connections to them.
   *
   * @param inventoryNow asks the inventory again
   * @param person asks the user while hosts change
   */
  record Target(
      DeployConfig config,
      HostList hosts,
      InventoryNow inventoryNow,
      HostAgent agent,
      EventSink sink,
      Interruption interruption,
      Person person) {}
}
