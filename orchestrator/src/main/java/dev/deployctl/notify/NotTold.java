package dev.deployctl.notify;

/** A message that did not arrive. The text of this exception contains no secret. */
final class NotTold extends Exception {
  NotTold(String message) {
    super(message);
  }
}
