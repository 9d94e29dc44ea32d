package dev.deployctl.cli.options;

import picocli.CommandLine.Option;

/** The option of commands that announce what they are about to do. */
public final class QuietOptions {
  @Option(
      names = {"-q", "--quiet"},
      description = "Does not say what is about to be done, unless it asks.")
  boolean quiet;
}
