package dev.deployctl.cli;

import dev.deployctl.fleet.Interruption;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.terminal.Console;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Ends parts of a command in which no host changes as soon as the user asks for it. */
final class Interrupts {
  private static final Duration ANY_TIME = Duration.ofDays(365);

  private final Interruption interruption;
  private final Console console;

  Interrupts(Interruption interruption, Console console) {
    this.interruption = interruption;
    this.console = console;
  }

  /** Runs a part before anything is changed, such as the preflight or a hook. */
  <T> T beforeChanges(Interruption.Part<T> part) {
    try {
      return interruption.beforeChanges(part);
    } catch (InterruptedException stopped) {
      throw new DeployException(
          FailureKind.INTERRUPTED, "interrupted; nothing was touched", (String) null);
    }
  }

  /** Runs such a part that has no result. */
  void stepBeforeChanges(Interruption.Step step) {
    boolean _ =
        beforeChanges(
            () -> {
              step.run();
              return true;
            });
  }

  /**
   * Runs the hooks after the last change. Returns the exit code of the command: 130 where they were
   * interrupted. Says so on standard error alone, since nothing follows the outcome in JSON.
   *
   * @param exit the exit code of what went before
   */
  int afterChanges(String command, int exit, Interruption.Step hooks) {
    try {
      interruption.afterChanges(hooks);
      return exit;
    } catch (InterruptedException stopped) {
      console
          .err()
          .println(
              "deployctl: interrupted in the hooks after the "
                  + command
                  + ", which itself had ended with exit code "
                  + exit
                  + "; hosts are not affected");
      console.err().flush();
      return FailureKind.INTERRUPTED.exitCode();
    }
  }

  /** Reads the user's answer before anything is changed; an interrupt ends the question. */
  String answer() {
    return beforeChanges(() -> Optional.ofNullable(line(ANY_TIME))).orElse("");
  }

  /**
   * Reads a line that the waiting thread can be interrupted in. Returns null at the end of the
   * input, and where none came in time.
   */
  @Nullable String line(Duration limit) throws InterruptedException {
    CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("answer")
        .start(
            () -> {
              try {
                answer.complete(console.answers().get());
              } catch (RuntimeException unreadable) {
                answer.completeExceptionally(unreadable);
              }
            });
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      return null;
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the answer cannot be read", failed.getCause());
    } catch (InterruptedException stopped) {
      // The message about it begins a line of its own.
      console.out().println();
      console.out().flush();
      throw stopped;
    }
  }
}
