package dev.deployctl.bootstrap;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The things that an operator wants on each host.
 *
 * @param packages whether to install Docker, nginx and Python where they are missing
 * @param group whose members may call the host script
 * @param deployers users to add to the group
 * @param registry a login that pulls of the host use
 * @param allowDowngrade whether a newer host script may be replaced
 */
public record SetupRequest(
    boolean packages,
    String group,
    List<String> deployers,
    @Nullable RegistryLogin registry,
    boolean allowDowngrade) {
  public SetupRequest {
    deployers = List.copyOf(deployers);
  }
}
