package dev.deployctl.inventory;

import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.model.TagQuery;
import java.nio.file.Path;
import java.util.List;

/** The hosts of a file, which each query reads again. */
public final class FileInventory implements Inventory {
  private final Path file;

  public FileInventory(Path file) {
    this.file = file;
  }

  @Override
  public HostList list(TagQuery query) {
    return HostList.complete(
        HostsFile.read(file).stream().filter(query::matches).sorted(HostOrder.STABLE).toList());
  }

  @Override
  public String describe() {
    return file.toString();
  }

  @Override
  public List<NearMiss> nearMisses(TagQuery query) {
    return NearMisses.among(HostsFile.read(file), query);
  }
}
