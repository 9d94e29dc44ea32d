package dev.deployctl.cli;

import dev.deployctl.output.terminal.Terminal;
import picocli.CommandLine.Option;

/** How the output looks. */
final class OutputOptions extends JsonOptions {
  @Option(
      names = {"-q", "--quiet"},
      description = "No plan, no progress: results, questions and errors alone.")
  boolean quiet;

  /** Whether a plan is shown also where nobody is asked to agree to it. */
  boolean tellsPlan() {
    return json || !quiet;
  }

  /** Whether to draw in place. */
  boolean live(Terminal terminal) {
    return !json && !quiet && terminal.interactive();
  }
}
