package dev.deployctl.model;

/** The name of an application, as operators define it on the hosts. */
public record App(String name) {
  public App {
    ArgumentPatterns.check("app", ArgumentPatterns.APP, name);
  }

  @Override
  public String toString() {
    return name;
  }
}
