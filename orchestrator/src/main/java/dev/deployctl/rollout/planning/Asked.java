package dev.deployctl.rollout.planning;

import dev.deployctl.model.ImageRef;
import dev.deployctl.rollout.outcome.Release;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The image that was asked for, as far as hosts could resolve it.
 *
 * @param digest one for all: the first host's word, in the order of the hosts
 * @param held hosts that hold it; null where the rollout is no promote
 */
public record Asked(
    boolean restart,
    boolean force,
    Release release,
    ImageRef.@Nullable Digest digest,
    @Nullable HeldReleases held) {
  public static Asked of(RolloutAction action, List<ReadyHost> ready) {
    return switch (action) {
      case RolloutAction.Restart _ -> new Asked(true, true, common(ready), null, null);
      case RolloutAction.Deploy deploy -> image(deploy, ready);
      case RolloutAction.Hold hold -> image(hold.deploy(), ready);
      case RolloutAction.Promote promote -> {
        HeldReleases held = promote.held();
        yield new Asked(
            false, false, new Release(null, held.digest(), held.tag()), held.digest(), held);
      }
    };
  }

  private static Asked image(RolloutAction.Deploy deploy, List<ReadyHost> ready) {
    return switch (deploy.image()) {
      case ImageRef.Digest digest ->
          new Asked(false, deploy.force(), Release.of(digest), digest, null);
      case ImageRef.Tag tag -> {
        // An answer with a malformed digest was refused when it came.
        ImageRef.Digest found =
            ready.stream()
                .map(host -> host.answer().digest())
                .filter(Objects::nonNull)
                .findFirst()
                .map(ImageRef.Digest::new)
                .orElse(null);
        yield new Asked(false, deploy.force(), new Release(null, found, tag), found, null);
      }
    };
  }

  /** Returns the release that is live on all of them, null where they differ. */
  private static Release common(List<ReadyHost> ready) {
    List<Release> images =
        ready.stream()
            .map(ReadyHost::serving)
            .filter(Objects::nonNull)
            .map(release -> new Release(null, release.digest(), release.tag()))
            .distinct()
            .toList();
    return images.size() == 1 ? images.getFirst() : Release.UNKNOWN;
  }

  public boolean unresolved() {
    return !restart && digest == null;
  }

  /** Returns whether this host needs no change. */
  public boolean met(ReadyHost host) {
    if (restart) {
      return host.serving() == null;
    }
    if (held != null && held.isOn(host.host())) {
      return false;
    }
    return !force && digest != null && host.runs(digest);
  }
}
