package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import org.jspecify.annotations.Nullable;

/** The connection to a host broke off while a command ran. The command may have gone on. */
public class ConnectionLostException extends Exception {
  private final Host host;

  public ConnectionLostException(Host host, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.host = host;
  }

  public Host host() {
    return host;
  }
}
