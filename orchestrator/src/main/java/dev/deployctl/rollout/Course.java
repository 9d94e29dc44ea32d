package dev.deployctl.rollout;

import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;

/** The part of a rollout that changes hosts, under the lock. */
interface Course {
  /** Changes the hosts, until all are through or the rollout is stopped. */
  void run() throws InterruptedException;

  /** Returns how the rollout ends, after what that takes, such as a rollback. */
  Ending ending() throws InterruptedException;
}
