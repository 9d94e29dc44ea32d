package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import org.jspecify.annotations.Nullable;

/** No connection to a host could be made; nothing was started there. */
public class HostUnreachableException extends Exception {
  private final Host host;
  private final @Nullable String hint;

  public HostUnreachableException(
      Host host, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.host = host;
    this.hint = hint;
  }

  public Host host() {
    return host;
  }

  /** What the user can do, or null. */
  public @Nullable String hint() {
    return hint;
  }
}
