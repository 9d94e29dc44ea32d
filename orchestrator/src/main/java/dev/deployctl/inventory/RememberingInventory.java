package dev.deployctl.inventory;

import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import dev.deployctl.rollout.Inventory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks another inventory each time, and keeps what it says for the shell's completion. */
public final class RememberingInventory implements Inventory {
  private final Inventory asked;
  private final SeenHosts seen;

  public RememberingInventory(Inventory asked, SeenHosts seen) {
    this.asked = asked;
    this.seen = seen;
  }

  @Override
  public List<Host> hosts(TagQuery query) {
    List<Host> hosts = asked.hosts(query);
    seen.keep(query, hosts);
    return hosts;
  }

  @Override
  public String describe() {
    return asked.describe();
  }

  @Override
  public @Nullable String identity() {
    return asked.identity();
  }

  @Override
  public List<NearMiss> nearMisses(TagQuery query) {
    return asked.nearMisses(query);
  }
}
