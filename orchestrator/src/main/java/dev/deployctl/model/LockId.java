package dev.deployctl.model;

/** A deploy lock that one rollout, or one person, holds on several hosts. */
public record LockId(String value) {
  public LockId {
    ArgumentPatterns.check("lock", ArgumentPatterns.LOCK, value);
  }

  /** A new id. */
  public static LockId random() {
    return new LockId(Ids.random("l-"));
  }

  @Override
  public String toString() {
    return value;
  }
}
