package dev.deployctl.model;

/** The reaction of a rollout to a spent failure budget. */
public enum OnFailure {
  /** Start no more hosts; leave each host as it is. */
  STOP,
  /**
   * Start no more hosts; take exactly the hosts that this rollout changed back to what they ran
   * before.
   */
  ROLLBACK
}
