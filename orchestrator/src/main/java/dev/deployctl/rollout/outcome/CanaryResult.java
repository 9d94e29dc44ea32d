package dev.deployctl.rollout.outcome;

import dev.deployctl.event.HostValues.Requests;
import org.jspecify.annotations.Nullable;

/**
 * The judgement of a canary after its watch.
 *
 * @param text the judgement with its figures, one sentence for people
 * @param now requests that the new release answered; null where they were not compared
 * @param before requests that the old release answered, for as long before; null where they were
 *     not compared
 */
public record CanaryResult(
    Verdict verdict, String text, @Nullable Requests now, @Nullable Requests before) {
  /** With fewer requests a share is chance. */
  public static final int FEWEST_REQUESTS = 20;

  /** Points of a percent by which the share of 5xx may rise. */
  public static final double MORE_ERRORS = 1.0;

  /** The factor by which the 95th percentile may grow … */
  public static final double SLOWER = 1.5;

  /** … unless it grows by no more than this many milliseconds. */
  public static final long NOISE_MS = 100;

  /** The result in a word. */
  public enum Verdict {
    /** As good as the release before. */
    GOOD(false),
    /** Too few requests arrived to judge. */
    TOO_FEW_REQUESTS(false),
    /** The app has no web part, so there are no requests. */
    NO_REQUESTS(false),
    /** A larger share of requests ended in 5xx. */
    MORE_ERRORS(true),
    /** Requests took longer. */
    SLOWER(true),
    /** Containers ended, or a host did not answer. */
    BROKEN(true),
    /** A host does not know of its requests. */
    NOT_KNOWN(true);

    private final boolean stops;

    Verdict(boolean stops) {
      this.stops = stops;
    }
  }

  /** Returns a judgement without requests. */
  public static CanaryResult of(Verdict verdict, String text) {
    return new CanaryResult(verdict, text, null, null);
  }

  /** Returns whether the release goes no further. */
  public boolean stops() {
    return verdict.stops;
  }
}
