package dev.deployctl.cli.options;

import dev.deployctl.output.terminal.Terminal;
import picocli.CommandLine.Option;

/** How the output looks. */
public final class OutputOptions extends JsonOptions {
  @Option(
      names = {"-q", "--quiet"},
      description = "No plan, no progress: results, questions and errors alone.")
  public boolean quiet;

  /** Whether a plan is shown also where nobody is asked to agree to it. */
  public boolean tellsPlan() {
    return json || !quiet;
  }

  /** Whether to draw in place. */
  public boolean live(Terminal terminal) {
    return !json && !quiet && terminal.interactive();
  }
}
