package dev.deployctl.model;

/** The reasons why a command fails; each has the exit code that scripts rely on. */
public enum FailureKind {
  /** The rollout failed on hosts. */
  ROLLOUT_FAILED(1),
  /** The arguments on the command line are wrong. */
  USAGE(2),
  /** A file that the user wrote is wrong. */
  CONFIG(2),
  /** There is no host, or nothing to roll back. */
  NOTHING_TO_DO(3),
  /** The inventory does not answer, or denies access; nothing was touched. */
  INVENTORY(3),
  /** A host is not ready for the rollout; nothing was touched. */
  PREFLIGHT_REFUSED(3),
  /** Somebody else has locked the app. */
  LOCKED(4),
  /** More hosts are unreachable than the limit allows. */
  UNREACHABLE(5),
  /** Ctrl-C. */
  INTERRUPTED(130);

  private final int exitCode;

  FailureKind(int exitCode) {
    this.exitCode = exitCode;
  }

  /** Returns the exit code of the program. */
  public int exitCode() {
    return exitCode;
  }
}
