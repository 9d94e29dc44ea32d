package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import org.jspecify.annotations.Nullable;

/** Thrown when no connection to a host could be made; nothing was started there. */
public class HostUnreachableException extends Exception {
  private final Host host;
  private final String reason;
  private final @Nullable String hint;

  public HostUnreachableException(
      Host host, String reason, @Nullable String hint, @Nullable Throwable cause) {
    super(reason, cause);
    this.host = host;
    this.reason = reason;
    this.hint = hint;
  }

  public Host host() {
    return host;
  }

  /** Returns why the host is unreachable: the exception's message, never null. */
  public String reason() {
    return reason;
  }

  /** Returns what the user can do, or null. */
  public @Nullable String hint() {
    return hint;
  }
}
