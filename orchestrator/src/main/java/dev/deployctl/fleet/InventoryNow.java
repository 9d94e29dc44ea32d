package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import java.util.List;

/**
 * Asks the inventory again while hosts are changed, or afterwards. Each method throws a {@link
 * dev.deployctl.model.DeployException} where the inventory does not answer, or not completely.
 */
public interface InventoryNow {
  /** Returns the hosts that the command would select now; may be none. */
  List<Host> selected();

  /**
   * Returns every host that the inventory lists now, whatever its name, zone and tags. A host that
   * was selected and is not among these was terminated. One that was only renamed, or got other
   * tags, is among them.
   */
  List<Host> all();
}
