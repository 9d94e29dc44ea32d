package dev.deployctl.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs with a time limit. */
final class ProgramRunner {
  private static final long LONGEST_MINUTES = 6;

  private ProgramRunner() {}

  static ProgramResult run(
      Path directory, Map<String, String> environment, List<String> arguments) {
    Process process = start(directory, environment, arguments);
    return finish(process, arguments);
  }

  static Process start(Path directory, Map<String, String> environment, List<String> arguments) {
    return start(
        directory,
        environment,
        arguments,
        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
  }

  /** Starts a program that reads what is written to it. */
  static Process startReading(
      Path directory, Map<String, String> environment, List<String> arguments) {
    return start(directory, environment, arguments, ProcessBuilder.Redirect.PIPE);
  }

  private static Process start(
      Path directory,
      Map<String, String> environment,
      List<String> arguments,
      ProcessBuilder.Redirect input) {
    ProcessBuilder builder = new ProcessBuilder(arguments).directory(directory.toFile());
    builder.environment().putAll(environment);
    // The test is neither a CI job nor a terminal, whoever runs it.
    builder.environment().remove("CI");
    builder.environment().remove("GITHUB_ACTIONS");
    builder.redirectInput(input);
    try {
      return builder.start();
    } catch (IOException notStarted) {
      throw new UncheckedIOException(notStarted);
    }
  }

  static ProgramResult finish(Process process, List<String> arguments) {
    CompletableFuture<String> out =
        CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    try {
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after "
                + LONGEST_MINUTES
                + " minutes: "
                + String.join(" ", arguments)
                + "\n"
                + out.join()
                + err.join());
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      throw new IllegalStateException(interrupted);
    }
    return new ProgramResult(
        String.join(" ", arguments), process.exitValue(), out.join(), err.join());
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
