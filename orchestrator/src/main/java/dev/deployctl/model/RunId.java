package dev.deployctl.model;

/** A one-off command on one host; the host makes the id. */
public record RunId(String value) {
  public RunId {
    ArgumentPatterns.check("run", ArgumentPatterns.RUN, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
