package dev.deployctl.hooks;

import dev.deployctl.model.Durations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One command of the user's, run on the workstation. Its output is passed on line by line; it need
 * not read its input. When the waiting thread is interrupted, the command ends at once, with all
 * that it started.
 */
public final class HookCommand {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration TO_END = Duration.ofSeconds(2);

  private final List<String> arguments;
  private final Map<String, String> variables;
  private final Duration limit;
  private final Consumer<String> output;

  /**
   * @param arguments program and arguments; no shell reads them
   * @param variables added to the environment of this process
   * @param limit how long the command may run
   * @param output receives the lines that it prints, on both streams
   */
  public HookCommand(
      List<String> arguments,
      Map<String, String> variables,
      Duration limit,
      Consumer<String> output) {
    this.arguments = List.copyOf(arguments);
    this.variables = Map.copyOf(variables);
    this.limit = limit;
    this.output = output;
  }

  /** A command whose output is printed. */
  HookCommand(List<String> arguments, PrintWriter err) {
    this(
        arguments,
        Map.of(),
        LONGEST,
        line -> {
          err.println(line);
          err.flush();
        });
  }

  /** Runs the command with this text on its standard input. Returns the failure, or null. */
  public @Nullable String run(String input) throws InterruptedException {
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
      builder.environment().putAll(variables);
      process = builder.start();
    } catch (IOException notStarted) {
      return arguments.getFirst() + " cannot be started (" + notStarted.getMessage() + ")";
    }
    Thread printer = Thread.ofVirtual().start(() -> print(process.getInputStream()));
    Thread _ = Thread.ofVirtual().start(() -> feed(process.getOutputStream(), input));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return arguments.getFirst() + " did not end in " + Durations.text(limit);
      }
      printer.join(Duration.ofSeconds(1));
    } finally {
      end(process);
    }
    int exit = process.exitValue();
    return exit == 0 ? null : arguments.getFirst() + " ended with exit code " + exit;
  }

  private void print(InputStream printed) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.accept(line);
      }
    } catch (IOException ended) {
      // The command ended, and its output with it.
    }
  }

  private static void feed(OutputStream in, String input) {
    try (in) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException notRead) {
      // A command need not read its input.
    }
  }

  /** Ends the command and its children if they still run: first by TERM, then by KILL. */
  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + TO_END.toNanos();
    while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException again) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
