package dev.deployctl.cli.options;

import dev.deployctl.model.ReleaseId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that end the hold of a release. */
public final class HeldOption {
  @Option(
      names = "--release",
      paramLabel = "ID",
      description =
          "Refuse unless this release is held: the ID that status shows on any host. Means the"
              + " same release on the others.")
  @Nullable ReleaseId release;

  public @Nullable ReleaseId release() {
    return release;
  }
}
