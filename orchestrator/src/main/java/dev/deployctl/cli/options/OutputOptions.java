package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import picocli.CommandLine.Option;

/** The options for the form and the amount of the output. */
public final class OutputOptions extends JsonOptions {
  @Advanced
  @Option(
      names = {"-q", "--quiet"},
      description = "Print only results, questions and errors: no plan, no progress.")
  public boolean quiet;

  /** Returns whether a plan is shown even where nobody is asked to confirm it. */
  public boolean showsPlan() {
    return json || !quiet;
  }
}
