package dev.deployctl.cli;

import picocli.CommandLine.Option;

/** The form of the output. */
class JsonOptions {
  @Option(names = "--json", description = "NDJSON on standard output, one object a line.")
  boolean json;
}
