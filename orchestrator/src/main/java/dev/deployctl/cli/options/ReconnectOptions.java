package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that follow a transaction on a host to its end. */
public final class ReconnectOptions {
  /** Longer than a reboot, shorter than a person would wait. */
  public static final Duration DEFAULT = Duration.ofMinutes(3);

  @Advanced
  @Option(
      names = "--reconnect-timeout",
      paramLabel = "TIME",
      description = "Keep trying to reach a host that stopped answering for TIME (default: 3m).")
  @Nullable Duration timeout;

  /** The former name of the option. */
  @Option(
      names = "--patience",
      paramLabel = "TIME",
      hidden = true,
      description = "Former name of --reconnect-timeout.")
  @Nullable Duration formerTimeout;

  public Duration timeout() {
    if (timeout != null) {
      return timeout;
    }
    return formerTimeout == null ? DEFAULT : formerTimeout;
  }
}
