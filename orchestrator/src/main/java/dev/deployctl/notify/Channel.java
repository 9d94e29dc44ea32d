package dev.deployctl.notify;

/** A place that hears of a rollout. One thread tells it. */
interface Channel {
  /** Returns the name of the place for messages. It contains no secret. */
  String name();

  /**
   * Tells how a rollout stands. Told again later, it replaces what it told before.
   *
   * @throws NotTold when the place did not take it
   */
  void tell(Story story) throws NotTold, InterruptedException;
}
