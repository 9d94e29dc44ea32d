package dev.deployctl.model;

/** Why a command did not do what it was asked; each has the exit code that scripts rely on. */
public enum FailureKind {
  /** Hosts were changed, or would have been, and it did not end well. */
  ROLLOUT_FAILED(1),
  /** The words on the command line are wrong. */
  USAGE(2),
  /** A file that the user wrote is wrong. */
  CONFIG(2),
  /** No host, nothing to roll back, or a host's preflight refuses. */
  NOTHING_TO_DO(3),
  /** Where hosts come from does not answer, or does not let us in; nothing was touched. */
  INVENTORY(3),
  /** A host is not fit for the rollout; nothing was touched. */
  PREFLIGHT_REFUSED(3),
  /** Somebody else holds the app. */
  LOCKED(4),
  /** More hosts are out of reach than the limit allows. */
  UNREACHABLE(5),
  /** Ctrl-C. */
  INTERRUPTED(130);

  private final int exitCode;

  FailureKind(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of the program. */
  public int exitCode() {
    return exitCode;
  }
}
