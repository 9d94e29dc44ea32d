package dev.deployctl.inventory;

import com.amazonaws.services.ec2.model.Filter;
import dev.deployctl.model.AddressKind;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the instances of a query and makes hosts of them. */
final class Ec2Search {
  private final InventorySettings.Ec2 settings;
  private final Ec2Regions regions;

  Ec2Search(InventorySettings.Ec2 settings, Ec2Regions regions) {
    this.settings = settings;
    this.regions = regions;
  }

  List<Host> hosts(TagQuery query) {
    List<Filter> filters = new ArrayList<>(Ec2Filters.passedThrough(settings.filters()));
    filters.addAll(Ec2Filters.tags(query));
    if (!asksForStates()) {
      filters.add(Ec2Filters.running());
    }
    List<FoundInstance> found =
        regions.ask(filters).stream().filter(one -> query.matches(one.host(""))).toList();
    List<FoundInstance> without = found.stream().filter(one -> !hasAddress(one)).toList();
    if (!without.isEmpty()) {
      throw noAddress(without);
    }
    return found.stream()
        .map(one -> one.host(one.address(settings.address()).orElseThrow()))
        .sorted(HostOrder.STABLE)
        .toList();
  }

  boolean asksForStates() {
    return settings.filters().containsKey(Ec2Filters.STATE);
  }

  boolean hasAddress(FoundInstance instance) {
    return instance.address(settings.address()).isPresent();
  }

  private DeployException noAddress(List<FoundInstance> without) {
    return new DeployException(
        FailureKind.INVENTORY,
        without.stream().map(FoundInstance::described).collect(Collectors.joining(", "))
            + (without.size() == 1 ? " has no " : " have no ")
            + settings.address().stream().map(AddressKind::word).collect(Collectors.joining(" or "))
            + ", so SSH cannot connect",
        "name another kind of address under inventory.ec2.address in deployctl.yml");
  }
}
