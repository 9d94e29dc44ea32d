package dev.deployctl.model;

/** The name of an environment variable. */
public record VariableName(String value) {
  public VariableName {
    int equals = value.indexOf('=');
    if (equals > 0 && ArgumentPatterns.NAME.matcher(value.substring(0, equals)).matches()) {
      throw new DeployException(
          FailureKind.USAGE,
          "a value is never an argument, which others on this machine can read",
          "give the name alone; the value is asked for, or read from standard input");
    }
    ArgumentPatterns.check("name of a variable", ArgumentPatterns.NAME, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
