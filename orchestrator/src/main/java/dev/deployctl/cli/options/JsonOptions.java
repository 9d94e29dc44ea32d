package dev.deployctl.cli.options;

import picocli.CommandLine.Option;

/** The option for machine-readable output. */
public class JsonOptions {
  @Option(names = "--json", description = "Print NDJSON on standard output, one object a line.")
  public boolean json;
}
