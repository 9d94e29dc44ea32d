package dev.deployctl.model;

/** A text that hosts record and show to others. */
public record Reason(String value) {
  public Reason {
    ArgumentPatterns.check("reason", ArgumentPatterns.REASON, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
