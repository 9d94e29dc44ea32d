package dev.deployctl.ssh;

import org.jspecify.annotations.Nullable;

/** A login failed, with the reason and what to do next. */
final class LoginFailedException extends Exception {
  private final String reason;
  private final String hint;

  LoginFailedException(String reason, String hint, @Nullable Throwable cause) {
    super(reason, cause);
    this.reason = reason;
    this.hint = hint;
  }

  String reason() {
    return reason;
  }

  String hint() {
    return hint;
  }
}
