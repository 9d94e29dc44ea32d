package dev.deployctl.ssh;

import org.jspecify.annotations.Nullable;

/** A connection did not come about; says why, and what to do. */
final class ConnectException extends Exception {
  private final @Nullable String hint;
  private final boolean worthRetrying;

  ConnectException(
      String message, @Nullable String hint, boolean worthRetrying, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
    this.worthRetrying = worthRetrying;
  }

  String text() {
    String message = getMessage();
    return message == null ? "no connection" : message;
  }

  @Nullable String hint() {
    return hint;
  }

  /** The host turned the connection away before it said a word, as a busy sshd does. */
  boolean worthRetrying() {
    return worthRetrying;
  }
}
