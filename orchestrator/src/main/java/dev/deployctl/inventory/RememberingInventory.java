package dev.deployctl.inventory;

import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.model.TagQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries another inventory each time, and keeps its answers for shell completion. */
public final class RememberingInventory implements Inventory {
  private final Inventory asked;
  private final SeenHosts seen;

  public RememberingInventory(Inventory asked, SeenHosts seen) {
    this.asked = asked;
    this.seen = seen;
  }

  @Override
  public HostList list(TagQuery query) {
    HostList list = asked.list(query);
    if (list.isComplete()) {
      seen.keep(query, list.hosts());
    } else {
      seen.add(query, list.hosts());
    }
    return list;
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
