package dev.deployctl.cli.fleet;

import dev.deployctl.export.ExportFile;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The directory that an export is written into. */
final class ExportDirectory {
  private final Path directory;

  ExportDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Checks that it is absent or empty, or that it may be written to all the same.
   *
   * @throws DeployException it is neither
   */
  void check(boolean force) {
    if (!Files.exists(directory)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw refused(directory + " is not a directory", "choose another --output");
    }
    try (Stream<Path> entries = Files.list(directory)) {
      if (!force && entries.findAny().isPresent()) {
        throw refused(
            directory + " is not empty",
            "choose another --output, or replace the files of an earlier export with --force");
      }
    } catch (IOException failed) {
      throw failure(directory, failed);
    }
  }

  void write(List<ExportFile> files) {
    for (ExportFile file : files) {
      Path path = directory.resolve(file.path());
      try {
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.writeString(path, file.text(), StandardCharsets.UTF_8);
      } catch (IOException failed) {
        throw failure(path, failed);
      }
    }
  }

  /** Returns a path of the export as people find it. */
  String shown(String path) {
    return directory.resolve(path).toString();
  }

  private static DeployException refused(String message, String hint) {
    return new DeployException(FailureKind.CONFIG, message + "; nothing was written", hint);
  }

  private static DeployException failure(Path path, IOException failed) {
    return new DeployException(
        FailureKind.CONFIG,
        "cannot write " + path + ": " + failed.getMessage(),
        "choose a directory that you may write to",
        failed);
  }
}
