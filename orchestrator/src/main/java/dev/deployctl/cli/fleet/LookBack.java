package dev.deployctl.cli.fleet;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.time.Duration;

/** Checks how far back a command looks: hosts take at most six digits of seconds. */
final class LookBack {
  private static final Duration LONGEST = Duration.ofSeconds(999_999);

  private LookBack() {}

  /** Refuses a time that is longer ago than hosts can be asked about. */
  static void check(String option, Duration ago) {
    if (ago.compareTo(LONGEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE, option + " goes back eleven days at most", "name a later time");
    }
  }
}
