package dev.deployctl.rollout;

/** Ctrl-C, as the engine sees it: once asked to stop, it finishes what runs and starts no more. */
public final class Interruption {
  private volatile boolean requested;

  public void request() {
    requested = true;
  }

  public boolean requested() {
    return requested;
  }
}
