package dev.deployctl.ssh.auth;

import org.jspecify.annotations.Nullable;

/** A login failed, with the reason and what to do next. */
public final class LoginFailedException extends Exception {
  private final String reason;
  private final String hint;

  LoginFailedException(String reason, String hint, @Nullable Throwable cause) {
    super(reason, cause);
    this.reason = reason;
    this.hint = hint;
  }

  public String reason() {
    return reason;
  }

  public String hint() {
    return hint;
  }
}
