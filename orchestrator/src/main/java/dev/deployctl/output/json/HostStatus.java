package dev.deployctl.output.json;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one host said of its apps.
 *
 * @param apps one status an app; empty when the host has none of those asked for
 * @param problem why it said nothing, null when it answered
 * @param hint what to do about that
 */
public record HostStatus(
    Host host, List<HostEvent.Status> apps, @Nullable String problem, @Nullable String hint) {
  public HostStatus {
    apps = List.copyOf(apps);
  }

  public static HostStatus answered(Host host, List<HostEvent.Status> apps) {
    return new HostStatus(host, apps, null, null);
  }

  public static HostStatus silent(Host host, String problem, @Nullable String hint) {
    return new HostStatus(host, List.of(), problem, hint);
  }
}
