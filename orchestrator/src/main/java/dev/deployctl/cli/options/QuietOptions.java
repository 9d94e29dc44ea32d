package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import picocli.CommandLine.Option;

/** The option of commands that announce what they are about to do. */
public final class QuietOptions {
  @Advanced
  @Option(
      names = {"-q", "--quiet"},
      description = "Do not announce the change, unless asking for confirmation.")
  boolean quiet;

  public boolean isQuiet() {
    return quiet;
  }
}
