package dev.deployctl.inventory.ec2;

import com.amazonaws.services.ec2.model.Filter;
import dev.deployctl.fleet.HostList;
import dev.deployctl.inventory.HostOrder;
import dev.deployctl.model.AddressKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the instances of a query, and converts them to hosts. */
final class Ec2Search {
  private final InventorySettings.Ec2 settings;
  private final Ec2Regions regions;

  Ec2Search(InventorySettings.Ec2 settings, Ec2Regions regions) {
    this.settings = settings;
    this.regions = regions;
  }

  HostList list(TagQuery query) {
    List<Filter> filters = new ArrayList<>(Ec2Filters.passedThrough(settings.filters()));
    filters.addAll(Ec2Filters.tags(query));
    if (!asksForStates()) {
      filters.add(Ec2Filters.running());
    }
    Ec2Regions.Answer answer = regions.ask(filters);
    List<Host> hosts = new ArrayList<>();
    Map<String, String> without = new HashMap<>();
    for (FoundInstance one : answer.found()) {
      if (query.matches(one.host(""))) {
        Optional<String> address = one.address(settings.address());
        hosts.add(one.host(address.orElse("")));
        if (address.isEmpty()) {
          without.put(one.id(), one.described() + " has no " + kinds());
        }
      }
    }
    hosts.sort(HostOrder.STABLE);
    return new HostList(hosts, answer.missing(), without);
  }

  boolean asksForStates() {
    return settings.filters().containsKey(Ec2Filters.STATE);
  }

  boolean hasAddress(FoundInstance instance) {
    return instance.address(settings.address()).isPresent();
  }

  private String kinds() {
    return settings.address().stream().map(AddressKind::word).collect(Collectors.joining(" or "));
  }
}
