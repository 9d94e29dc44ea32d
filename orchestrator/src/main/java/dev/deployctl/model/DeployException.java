package dev.deployctl.model;

import org.jspecify.annotations.Nullable;

/**
 * An error that a user can act on: what happened, and what to do next. Its stack trace is of no use
 * to them.
 */
public class DeployException extends RuntimeException {
  private final FailureKind kind;
  private final @Nullable String hint;

  public DeployException(FailureKind kind, String message, @Nullable String hint) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }

  public DeployException(
      FailureKind kind, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.hint = hint;
  }

  public FailureKind kind() {
    return kind;
  }

  /** What to do next, or null where the message says it all. */
  public @Nullable String hint() {
    return hint;
  }
}
