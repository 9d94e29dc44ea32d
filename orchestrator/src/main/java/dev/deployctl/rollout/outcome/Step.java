package dev.deployctl.rollout.outcome;

import org.jspecify.annotations.Nullable;

/** A step that failed: one of a host's transaction, by the host's name, or one before it. */
public record Step(String name) {
  public static final Step PREFLIGHT = new Step("preflight");
  public static final Step LOCK = new Step("lock");
  public static final Step PULL = new Step("pull");
  public static final Step RELEASE = new Step("release");

  /** Returns the step of this name; null where there is no name. */
  public static @Nullable Step of(@Nullable String name) {
    return name == null ? null : new Step(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
