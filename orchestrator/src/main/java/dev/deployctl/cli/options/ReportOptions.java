package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option to keep a report as a page. */
public final class ReportOptions {
  @Advanced
  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Also write a report of the outcome, as one HTML page.")
  public @Nullable Path file;

  /**
   * Opens the file for writing, before any host is asked or changed.
   *
   * @throws DeployException the file cannot be written
   */
  public void check() {
    if (file == null) {
      return;
    }
    boolean exists = Files.exists(file);
    if (exists && !Files.isRegularFile(file)) {
      throw unwritable(file, "it is not a file");
    }
    try (OutputStream _ =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      if (!exists) {
        Files.delete(file);
      }
    } catch (NoSuchFileException missing) {
      throw unwritable(file, "its directory does not exist");
    } catch (AccessDeniedException denied) {
      throw unwritable(file, "permission denied");
    } catch (IOException failed) {
      String reason = failed.getMessage();
      throw unwritable(file, reason == null ? failed.toString() : reason);
    }
  }

  private static DeployException unwritable(Path file, String reason) {
    return new DeployException(
        FailureKind.USAGE,
        "the report cannot be written to " + file + ": " + reason + "; nothing was touched",
        "name a file in a directory that exists and that you may write to");
  }
}
