package dev.deployctl.cli;

import dev.deployctl.model.FailureKind;

/** The exit codes of the program, as its users' scripts know them. */
public final class ExitCodes {
  public static final int OK = 0;

  /** A rollout failed, or status found something that is not as it should be. */
  public static final int FAILED = FailureKind.ROLLOUT_FAILED.exitCode();

  public static final int USAGE = FailureKind.USAGE.exitCode();
  public static final int NOTHING_TO_DO = FailureKind.NOTHING_TO_DO.exitCode();
  public static final int UNREACHABLE = FailureKind.UNREACHABLE.exitCode();

  /** A defect of this program. */
  public static final int INTERNAL = 70;

  private ExitCodes() {}
}
