package dev.deployctl.ssh.connect;

import org.jspecify.annotations.Nullable;

/** A connection could not be made, with the reason and what to do next. */
public final class ConnectFailedException extends Exception {
  /** Says whether to try again. */
  enum Retry {
    NEVER,
    /** The host closed the connection before its banner, as a busy sshd does. */
    AS_BUSY,
    /** No connection was made: ConnectionAttempts is the number of tries. */
    AS_CONFIGURED
  }

  private final String reason;
  private final @Nullable String hint;
  private final Retry retry;

  ConnectFailedException(
      String reason, @Nullable String hint, Retry retry, @Nullable Throwable cause) {
    super(reason, cause);
    this.reason = reason;
    this.hint = hint;
    this.retry = retry;
  }

  public String reason() {
    return reason;
  }

  public @Nullable String hint() {
    return hint;
  }

  Retry retry() {
    return retry;
  }
}
