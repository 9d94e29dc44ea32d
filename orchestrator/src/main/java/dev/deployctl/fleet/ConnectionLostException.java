package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import org.jspecify.annotations.Nullable;

/** Thrown when a connection breaks while a command runs. The command may go on on the host. */
public class ConnectionLostException extends Exception {
  private final Host host;
  private final String reason;

  public ConnectionLostException(Host host, String reason, @Nullable Throwable cause) {
    super(reason, cause);
    this.host = host;
    this.reason = reason;
  }

  public Host host() {
    return host;
  }

  /** Returns how the connection ended: the exception's message, never null. */
  public String reason() {
    return reason;
  }
}
