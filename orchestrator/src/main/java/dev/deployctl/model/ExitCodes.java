package dev.deployctl.model;

/** The exit codes of the program; users' scripts depend on them. */
public final class ExitCodes {
  public static final int OK = 0;

  /** A rollout failed, a check found a problem, or a report was not written. */
  public static final int FAILED = FailureKind.ROLLOUT_FAILED.exitCode();

  public static final int USAGE = FailureKind.USAGE.exitCode();
  public static final int NOTHING_TO_DO = FailureKind.NOTHING_TO_DO.exitCode();
  public static final int UNREACHABLE = FailureKind.UNREACHABLE.exitCode();

  /** An internal error. */
  public static final int INTERNAL = 70;

  private ExitCodes() {}
}
