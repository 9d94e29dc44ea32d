package dev.deployctl.notify;

/** A notification was not delivered. The text of this exception contains no secret. */
final class NotificationException extends Exception {
  NotificationException(String message) {
    super(message);
  }
}
