package dev.deployctl.bootstrap;

/** A user of a registry, with the password. */
public record RegistryLogin(String registry, String user, String password) {
  /** Leaves the password out. */
  @Override
  public String toString() {
    return user + " at " + registry;
  }
}
