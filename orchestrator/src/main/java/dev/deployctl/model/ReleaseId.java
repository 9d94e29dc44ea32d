package dev.deployctl.model;

/**
 * One image with one env on one host, immutable. Made by the host: the time it was made, and six
 * random digits.
 */
public record ReleaseId(String value) {
  public ReleaseId {
    ArgumentPatterns.check("release", ArgumentPatterns.RELEASE, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
