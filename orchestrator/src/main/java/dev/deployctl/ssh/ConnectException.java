package dev.deployctl.ssh;

import org.jspecify.annotations.Nullable;

/** A connection did not come about; says why, and what to do. */
final class ConnectException extends Exception {
  /** Whether it is worth another try. */
  enum Retry {
    NEVER,
    /** The host turned the connection away before it said a word, as a busy sshd does. */
    AS_BUSY,
    /** No connection was made at all: ConnectionAttempts says how often to try. */
    AS_CONFIGURED
  }

  private final @Nullable String hint;
  private final Retry retry;

  ConnectException(String message, @Nullable String hint, Retry retry, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
    this.retry = retry;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  @Nullable String hint() {
    return hint;
  }

  Retry retry() {
    return retry;
  }
}
