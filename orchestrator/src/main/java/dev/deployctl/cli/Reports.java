package dev.deployctl.cli;

import dev.deployctl.output.report.CiAnnotations;
import dev.deployctl.output.report.HtmlReport;
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
 * What stays of a rollout beside its output: a page where one is wanted, and in GitHub Actions
 * annotations and the job's summary. None of it changes how the rollout ends.
 */
final class Reports {
  private final Services services;
  private final Console console;
  private final @Nullable String environment;
  private final @Nullable Path page;

  /**
   * @param environment the overlay in use, or null
   * @param page where the HTML page goes, or null
   */
  Reports(Services services, Console console, @Nullable String environment, @Nullable Path page) {
    this.services = services;
    this.console = console;
    this.environment = environment;
    this.page = page;
  }

  void write(RolloutOutcome outcome) {
    if (page != null) {
      try {
        Files.write(page, bytes(HtmlReport.of(outcome, environment, Instant.now())));
      } catch (IOException failed) {
        warn("the report was not written to " + page, failed);
      }
    }
    if (CiAnnotations.wanted(services::variable)) {
      // The runner reads commands from both streams, and standard output may be JSON.
      CiAnnotations.print(outcome, console.err());
      summary(CiAnnotations.markdown(outcome, environment));
    }
  }

  /** Steps before this one have written there, too. */
  private void summary(String markdown) {
    String file = services.variable("GITHUB_STEP_SUMMARY");
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
      warn("the job's summary was not written to " + file, failed);
    }
  }

  /** Whatever a host says can be written, half a character included. */
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void warn(String what, Exception why) {
    console.err().println("deployctl: warning: " + Printable.text(what + ": " + why));
    console.err().flush();
  }
}
