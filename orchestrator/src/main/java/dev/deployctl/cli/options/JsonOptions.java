package dev.deployctl.cli.options;

import picocli.CommandLine.Option;

/** The form of the output. */
public class JsonOptions {
  @Option(names = "--json", description = "NDJSON on standard output, one object a line.")
  public boolean json;
}
