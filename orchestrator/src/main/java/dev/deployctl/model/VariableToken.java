package dev.deployctl.model;

/** The state of an environment variable at its source, by which a host finds changes by others. */
public record VariableToken(String value) {
  public VariableToken {
    ArgumentPatterns.check("token", ArgumentPatterns.TOKEN, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
