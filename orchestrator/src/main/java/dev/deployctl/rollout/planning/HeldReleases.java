package dev.deployctl.rollout.planning;

import dev.deployctl.event.HeldRelease;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.outcome.Release;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One release that hosts hold, and the hosts.
 *
 * @param digest the image of all of them
 * @param rollout the rollout that started it; null where hosts did not say
 * @param hosts what each of them says of it, in the order of the hosts
 * @param ran the host where the release command of that rollout ran; null where none is known to
 *     have run
 * @param lost hosts that held it and do not any more
 */
public record HeldReleases(
    ImageRef.Digest digest,
    ImageRef.@Nullable Tag tag,
    @Nullable RolloutId rollout,
    Map<Host, HeldRelease> hosts,
    @Nullable Host ran,
    List<Host> lost) {
  public HeldReleases {
    hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
    lost = List.copyOf(lost);
  }

  /** Returns whether a host holds it. */
  public boolean isOn(Host host) {
    return hosts.containsKey(host);
  }

  /** Returns the id that a host has for it; null where the host does not hold it. */
  public @Nullable ReleaseId release(Host host) {
    HeldRelease held = hosts.get(host);
    return held == null ? null : Release.of(held).id();
  }

  /** Returns the release as the first host describes it. */
  public HeldRelease first() {
    return Objects.requireNonNull(hosts.values().iterator().next());
  }
}
