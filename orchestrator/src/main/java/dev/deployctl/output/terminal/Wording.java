package dev.deployctl.output.terminal;

import dev.deployctl.fleet.HostClock;
import dev.deployctl.model.Durations;
import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.outcome.Release;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Phrases that several printers share, so that one thing is always called the same. */
public final class Wording {
  private static final int DIGEST = "sha256:".length() + 12;

  private Wording() {}

  /** {@code 1 host}, {@code 2 hosts}. */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** A duration that is looked at while it runs: tenths would only flicker. */
  public static String seconds(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    return seconds < 10 ? seconds + " s" : Durations.text(Duration.ofSeconds(seconds));
  }

  /** {@code v2 (sha256:9b2e41c07d55)}. */
  public static String release(@Nullable Release release) {
    if (release == null) {
      return "nothing";
    }
    ImageRef.Tag tag = release.tag();
    ImageRef.Digest digest = release.digest();
    if (tag != null && digest != null) {
      return tag + " (" + digest(digest.value()) + ")";
    }
    return digest == null ? label(release) : digest(digest.value());
  }

  /** {@code v2}, or as much of the digest as tells two apart. */
  public static String label(@Nullable Release release) {
    if (release == null) {
      return "nothing";
    }
    ImageRef.Digest digest = release.digest();
    return release.tag() != null || digest == null ? release.label() : digest(digest.value());
  }

  static String digest(@Nullable String digest) {
    if (digest == null) {
      return "-";
    }
    return digest.length() > DIGEST ? digest.substring(0, DIGEST) : digest;
  }

  /** Says how a host's clock differs, where its times were corrected. */
  public static String clock(HostClock clock) {
    Duration ahead = clock.ahead();
    return "its clock is about "
        + Durations.text(Duration.ofSeconds(ahead.abs().toSeconds()))
        + (ahead.isNegative() ? " behind" : " ahead")
        + "; its times are corrected here";
  }
}
