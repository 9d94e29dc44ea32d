package dev.deployctl.notify;

/** A service that is notified of a rollout. One thread calls it. */
interface Channel {
  /** Returns the name of the service for messages. It contains no secret. */
  String name();

  /**
   * Sends the state of a rollout. A later state replaces the earlier one.
   *
   * @throws NotificationException if the service did not accept it
   */
  void send(NotificationState state) throws NotificationException, InterruptedException;
}
