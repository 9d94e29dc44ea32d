package dev.deployctl.rollout.outcome;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HostValues;
import dev.deployctl.event.InspectionEvents;
import dev.deployctl.event.TransactionEvents;
import dev.deployctl.model.ArgumentPatterns;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.ReleaseId;
import org.jspecify.annotations.Nullable;

/**
 * A release as hosts and people name it.
 *
 * @param id the host's own id of it, null where the host did not say
 * @param digest the image, null where the host did not say
 * @param tag the tag it was asked for by, null where it was asked for by digest
 */
public record Release(
    @Nullable ReleaseId id, ImageRef.@Nullable Digest digest, ImageRef.@Nullable Tag tag) {
  private static final int SHORT_DIGEST = "sha256:".length() + 12;

  /** A release of which nothing is known. */
  public static final Release UNKNOWN = new Release(null, null, null);

  /** Returns the release that a host describes. */
  public static Release of(HostValues.Serving serving) {
    return of(serving.release(), serving.digest(), serving.tag());
  }

  /** Returns the release that is live when a transaction has ended. */
  public static Release of(TransactionEvents.DeployFinished last) {
    return of(last.serving(), last.digest(), last.tag());
  }

  /** Returns the release that a host holds. */
  public static Release of(HeldRelease held) {
    return of(held.release(), held.digest(), held.tag());
  }

  /** Returns the release that an entry of a history is about. */
  public static Release of(AnswerEvents.HistoryEntry entry) {
    return of(entry.release(), entry.digest(), entry.tag());
  }

  /** Returns the release that answered requests. */
  public static Release of(InspectionEvents.TrafficRelease traffic) {
    return of(traffic.release(), traffic.digest(), traffic.tag());
  }

  /**
   * The one place that reads the names a host gave a release. Answers with malformed names are
   * refused when they arrive; one that gets here all the same counts as not given.
   */
  private static Release of(@Nullable String id, @Nullable String digest, @Nullable String tag) {
    return new Release(
        id != null && ArgumentPatterns.RELEASE.matcher(id).matches() ? new ReleaseId(id) : null,
        digest != null && ArgumentPatterns.DIGEST.matcher(digest).matches()
            ? new ImageRef.Digest(digest)
            : null,
        tag != null && ArgumentPatterns.TAG.matcher(tag).matches() ? new ImageRef.Tag(tag) : null);
  }

  /** Returns the release that is asked for by an image. */
  public static Release of(ImageRef image) {
    return switch (image) {
      case ImageRef.Digest digest -> new Release(null, digest, null);
      case ImageRef.Tag tag -> new Release(null, null, tag);
    };
  }

  /** Returns this image under an id of its own: that of one host. */
  public Release withId(@Nullable String hostsId) {
    return new Release(of(hostsId, null, null).id, digest, tag);
  }

  /** Returns the shortest name that a person would use: the tag, else the digest, else the id. */
  public String label() {
    if (tag != null) {
      return tag.value();
    }
    if (digest != null) {
      return digest.value().substring(0, SHORT_DIGEST) + "…";
    }
    return id == null ? "unknown" : id.value();
  }
}
