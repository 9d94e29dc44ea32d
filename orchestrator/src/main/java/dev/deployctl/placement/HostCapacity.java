package dev.deployctl.placement;

import dev.deployctl.model.Host;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a host, as a placement sees it.
 *
 * @param defined whether the host has a definition of the app that the caller may deploy
 * @param running the containers of the app that run there now
 * @param unreserved bytes that no container of another app has reserved; negative where more is
 *     reserved than there is, null where it is not known
 * @param available bytes that the kernel could give to new containers now, null where it is not
 *     known
 * @param problem why the host told nothing, or null
 */
public record HostCapacity(
    Host host,
    boolean defined,
    int running,
    @Nullable Long unreserved,
    @Nullable Long available,
    @Nullable String problem) {
  /** Returns the capacity of a host that told nothing. */
  static HostCapacity unknown(Host host, String problem) {
    return new HostCapacity(host, false, 0, null, null, problem);
  }
}
