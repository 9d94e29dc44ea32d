package dev.deployctl.rollout.outcome;

import dev.deployctl.event.HostEvent;
import org.jspecify.annotations.Nullable;

/**
 * A release as hosts and people name it.
 *
 * @param id the host's own id of it, null where the host did not say
 * @param digest the image, null where the host did not say
 * @param tag the tag it was asked for by, null where it was asked for by digest
 */
public record Release(@Nullable String id, @Nullable String digest, @Nullable String tag) {
  /** Returns the release that a host describes. */
  public static Release of(HostEvent.Serving serving) {
    return new Release(serving.release(), serving.digest(), serving.tag());
  }

  /** The shortest name that a person would use: the tag, else the digest, else the id. */
  public String label() {
    if (tag != null) {
      return tag;
    }
    if (digest != null) {
      return digest.length() > 19 ? digest.substring(0, 19) + "…" : digest;
    }
    return id == null ? "unknown" : id;
  }
}
