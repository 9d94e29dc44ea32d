package dev.deployctl.cli;

import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.output.page.Recording;
import dev.deployctl.output.page.ReportPage;
import dev.deployctl.output.report.CiAnnotations;
import dev.deployctl.output.report.Invocation;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Printable;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is kept of a rollout besides its output: a page if one was asked for, and in GitHub
 * Actions annotations and the job's summary.
 */
final class Reports {
  private final Workstation workstation;
  private final Console console;
  private final @Nullable String environment;

  /**
   * @param environment the overlay in use, or null
   */
  Reports(Workstation workstation, Console console, @Nullable String environment) {
    this.workstation = workstation;
    this.console = console;
    this.environment = environment;
  }

  /**
   * Writes the reports. Returns the command's exit code: that of the outcome, or {@link
   * ExitCodes#FAILED} where a page that was asked for is missing after a success.
   *
   * @param command the command that ended, such as {@code rollout}
   * @param page the HTML page that was asked for, or null
   */
  int write(String command, RolloutOutcome outcome, @Nullable Page page) {
    if (CiAnnotations.wanted(workstation::variable)) {
      // The runner reads commands from both streams, and standard output may be JSON.
      CiAnnotations.print(outcome, console.err());
      summary(CiAnnotations.markdown(outcome, environment));
    }
    int exit = outcome.exitCode();
    if (page == null || written(page, command, outcome)) {
      return exit;
    }
    return exit == ExitCodes.OK ? ExitCodes.FAILED : exit;
  }

  /**
   * An HTML page to write.
   *
   * @param recording the events of the rollout
   * @param call the command that ended
   */
  record Page(Path file, Recording recording, Invocation call) {}

  private boolean written(Page page, String command, RolloutOutcome outcome) {
    try {
      String html = new ReportPage(page.call(), outcome, page.recording()).html(Instant.now());
      Files.write(page.file(), bytes(html));
      return true;
    } catch (IOException failed) {
      int exit = outcome.exitCode();
      say(
          "error: the report was not written to "
              + page.file()
              + ": "
              + failed
              + "; the "
              + command
              + " itself "
              + (exit == ExitCodes.OK ? "succeeded" : "failed with exit code " + exit));
      return false;
    }
  }

  /** Appends to the summary: earlier steps of the job have written there, too. */
  private void summary(String markdown) {
    String file = workstation.variable("GITHUB_STEP_SUMMARY");
    if (file == null || file.isEmpty()) {
      return;
    }
    try {
      Files.write(
          Path.of(file),
          bytes(markdown + "\n"),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException | InvalidPathException failed) {
      say("warning: the job's summary was not written to " + file + ": " + failed);
    }
  }

  /** Encodes any text that a host sends, unpaired surrogates included. */
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void say(String message) {
    console.err().println("deployctl: " + Printable.text(message));
    console.err().flush();
  }
}
