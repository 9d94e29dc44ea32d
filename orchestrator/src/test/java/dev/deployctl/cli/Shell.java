package dev.deployctl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs of this machine that check or run scripts. */
final class Shell {
  private Shell() {}

  /** The result of a program, with both streams in one. */
  record Ended(int exit, String out) {}

  /**
   * Returns the path of a program; without it the test is skipped, or fails where it is required.
   */
  static Path required(String program) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(directory.isEmpty() ? "." : directory, program);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    String missing = "SKIPPED: " + program + " is not installed (examples/setup installs it)";
    if (Boolean.getBoolean("deployctl.require.real")) {
      return Assertions.fail(missing);
    }
    System.err.println("=== " + missing + " ===");
    return Assumptions.abort(missing);
  }

  static Ended run(Path directory, Map<String, String> environment, String... words) {
    return run(directory, environment, "", List.of(words));
  }

  static Ended run(
      Path directory, Map<String, String> environment, String input, List<String> words) {
    try {
      Process process = start(directory, environment, words);
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException notRead) {
        // The program need not read its input.
      }
      return end(process);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static Process start(Path directory, Map<String, String> environment, List<String> words)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("DEPLOY.*|GITHUB_.*|RUNNER_.*"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  static Ended end(Process process) throws IOException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        throw new AssertionError("still running after two minutes; so far: " + out);
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), out);
  }

  /** Writes an executable file. */
  static Path script(Path file, String text) {
    try {
      Files.writeString(file, text);
      Files.setPosixFilePermissions(
          file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
      return file;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the findings of {@code shellcheck}; empty if there are none. */
  static Optional<String> faults(Path shellcheck, String script) {
    Ended checked =
        run(
            Path.of("."),
            Map.of(),
            script,
            List.of(shellcheck.toString(), "--shell=bash", "--severity=style", "-"));
    return checked.exit() == 0 ? Optional.empty() : Optional.of(checked.out());
  }
}
