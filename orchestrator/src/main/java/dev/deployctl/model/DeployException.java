package dev.deployctl.model;

import org.jspecify.annotations.Nullable;

/** An error that a user can act on: what happened, and what to do next. */
public class DeployException extends RuntimeException {
  private final FailureKind kind;
  private final String reason;
  private final @Nullable String hint;

  public DeployException(FailureKind kind, String message, @Nullable String hint) {
    super(message);
    this.kind = kind;
    this.reason = message;
    this.hint = hint;
  }

  public DeployException(
      FailureKind kind, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.reason = message;
    this.hint = hint;
  }

  public FailureKind kind() {
    return kind;
  }

  /** Returns what happened: the exception's message, never null. */
  public String reason() {
    return reason;
  }

  /** Returns what to do next, or null where the message is enough. */
  public @Nullable String hint() {
    return hint;
  }
}
