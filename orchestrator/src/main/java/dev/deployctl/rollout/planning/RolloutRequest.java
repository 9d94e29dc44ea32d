package dev.deployctl.rollout.planning;

import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.InventoryNow;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import java.time.Duration;
import java.util.List;

/**
 * The request of a user.
 *
 * @param hosts all that the query found, in a stable order, each once
 * @param inventoryNow asks the inventory again, for hosts that appeared or were terminated since
 * @param lock how the app is held against others
 * @param reconnectTimeout how long a host that fell silent is asked again before it is given up
 * @param missing parts of the inventory that did not answer: their hosts are not among these
 */
public record RolloutRequest(
    RolloutId id,
    App app,
    RolloutAction action,
    List<Host> hosts,
    InventoryNow inventoryNow,
    RolloutSettings settings,
    LockTerms lock,
    Duration reconnectTimeout,
    List<HostList.Missing> missing) {
  public RolloutRequest {
    hosts = List.copyOf(hosts);
    missing = List.copyOf(missing);
  }

  /** A request over hosts that are all there are. */
  public RolloutRequest(
      RolloutId id,
      App app,
      RolloutAction action,
      List<Host> hosts,
      InventoryNow inventoryNow,
      RolloutSettings settings,
      LockTerms lock,
      Duration reconnectTimeout) {
    this(id, app, action, hosts, inventoryNow, settings, lock, reconnectTimeout, List.of());
  }
}
