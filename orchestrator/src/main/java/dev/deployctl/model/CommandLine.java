package dev.deployctl.model;

import java.util.List;

/** A command that a host runs in a container; each argument has been checked. */
public record CommandLine(List<String> arguments) {
  public CommandLine {
    arguments = List.copyOf(arguments);
    for (String argument : arguments) {
      if (!ArgumentPatterns.WORD.matcher(argument).matches()) {
        throw new DeployException(
            FailureKind.USAGE,
            "not an argument that a host accepts: " + Quoted.of(argument),
            "arguments have letters, digits and _./:=@%+,-; no spaces and no quotes");
      }
    }
  }
}
