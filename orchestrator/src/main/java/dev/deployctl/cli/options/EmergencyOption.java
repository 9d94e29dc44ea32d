package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.model.Reason;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that deploy although hosts refuse that for a time. */
public final class EmergencyOption {
  @Advanced
  @Option(
      names = "--emergency",
      paramLabel = "REASON",
      description =
          "Deploy although a freeze or a closed window of the hosts forbids it. They record the"
              + " reason.")
  @Nullable Reason reason;

  public @Nullable Reason reason() {
    return reason;
  }
}
