package dev.deployctl.cli.options;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option of commands that follow a transaction on a host to its end. */
public final class PatienceOptions {
  /** Longer than a reboot, shorter than a person would wait. */
  public static final Duration DEFAULT = Duration.ofMinutes(3);

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "3m",
      description = "How long to ask a host again that fell silent (default: 3m).")
  public Duration patience = DEFAULT;
}
