package dev.deployctl.cli.ports;

import dev.deployctl.config.SshSettings;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostConsole;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.gates.Alarms;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds hosts and connects to them, and asks the services around them. */
public interface Fleets {
  Inventory inventory(InventorySettings settings);

  /**
   * Returns hosts without using the network, for completion: those of a file, or the last answer of
   * EC2. They may be out of date, so no command acts on them.
   *
   * @param query selects hosts; null for all that are known
   */
  List<Host> knownHosts(InventorySettings settings, @Nullable TagQuery query);

  /** Reads alarms of CloudWatch with the credentials of an inventory. */
  Alarms alarms(InventorySettings settings);

  /** Returns an agent that connects to a host on its first call. The caller closes it. */
  HostAgent agent(SshSettings settings);

  /** Returns what connects terminals with hosts. The caller closes it. */
  HostConsole console(SshSettings settings);

  /** Returns an agent that also runs other commands than the host script. The caller closes it. */
  HostShell shell(SshSettings settings);
}
