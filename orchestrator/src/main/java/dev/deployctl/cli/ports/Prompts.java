package dev.deployctl.cli.ports;

/** Decides whether the user may be asked anything: a question, a passphrase, a code. */
public final class Prompts {
  private final boolean interactive;
  private volatile boolean disabled;

  /**
   * @param interactive whether a person is there: on a terminal, and not in CI
   */
  public Prompts(boolean interactive) {
    this.interactive = interactive;
  }

  public boolean allowed() {
    return interactive && !disabled;
  }

  /** Allows no prompt from now on. */
  public void disable() {
    disabled = true;
  }
}
