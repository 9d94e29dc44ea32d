package dev.deployctl.cli.options;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a page of what happened is kept. */
public final class ReportOptions {
  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Also writes what happened as one HTML page.")
  public @Nullable Path file;

  /** Finds out before hosts are changed that the page could not be written afterwards. */
  public void check() {
    if (file == null) {
      return;
    }
    Path directory = file.toAbsolutePath().getParent();
    boolean writable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
    if (!writable) {
      throw new DeployException(
          FailureKind.USAGE,
          "the report cannot be written to " + file + "; nothing was touched",
          "name a file in a directory that exists and that you may write to");
    }
  }
}
