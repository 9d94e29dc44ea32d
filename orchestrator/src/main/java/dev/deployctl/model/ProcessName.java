package dev.deployctl.model;

/** A part of an app, such as a worker; {@code web} is the one behind the virtual host. */
public record ProcessName(String value) {
  public ProcessName {
    ArgumentPatterns.check("process", ArgumentPatterns.PROCESS, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
