package dev.deployctl.cli.options;

import dev.deployctl.model.ArgumentPatterns;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;

/** A number of things, from 1 to 99999, as hosts take it. */
public record Count(int value) {
  static Count parse(String text) {
    if (!ArgumentPatterns.COUNT.matcher(text).matches()) {
      throw new DeployException(
          FailureKind.USAGE, "not a number from 1 to 99999: " + Quoted.of(text), null);
    }
    return new Count(Integer.parseInt(text));
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
