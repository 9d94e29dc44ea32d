package dev.deployctl.fleet;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.time.Duration;

/**
 * The terms on which the deploy lock is acquired and held.
 *
 * @param reason what it tells others
 * @param timeout how long to wait while somebody else holds it
 * @param expiry how long it lasts once its holder stops renewing it
 */
public record LockTerms(String reason, Duration timeout, Duration expiry) {
  /** Renewed three times within it, with room for a connection that breaks. */
  public static final Duration EXPIRY = Duration.ofSeconds(90);

  private static final Duration SHORTEST = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofHours(1);

  public LockTerms {
    if (expiry.compareTo(SHORTEST) < 0 || expiry.compareTo(LONGEST) > 0) {
      throw new DeployException(
          FailureKind.USAGE,
          "a lock lasts between 15 s and 1 h without being renewed",
          "the default, 90 s, is renewed every 30 s while the rollout runs");
    }
  }

  /** Without a wait. */
  public static LockTerms of(String reason) {
    return new LockTerms(reason, Duration.ZERO, EXPIRY);
  }

  public Duration renewal() {
    return expiry.dividedBy(3);
  }
}
