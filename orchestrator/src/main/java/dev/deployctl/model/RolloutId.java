package dev.deployctl.model;

/** One run of a release over hosts; on each host the name of its transaction. */
public record RolloutId(String value) {
  public RolloutId {
    ArgumentPatterns.check("rollout", ArgumentPatterns.ROLLOUT, value);
  }

  /** A new id. */
  public static RolloutId random() {
    return new RolloutId(Ids.random("r-"));
  }

  @Override
  public String toString() {
    return value;
  }
}
