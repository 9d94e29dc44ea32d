package dev.deployctl.inventory.ec2;

import com.amazonaws.services.ec2.model.Filter;
import dev.deployctl.fleet.Inventory.NearMiss;
import dev.deployctl.inventory.NearMisses;
import dev.deployctl.inventory.aws.AwsMessages;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Explains why instances were left out: tags, state, address, or the filters of the settings. */
final class Ec2NearMisses {
  private final InventorySettings.Ec2 settings;
  private final Ec2Regions regions;
  private final Ec2Search search;

  Ec2NearMisses(InventorySettings.Ec2 settings, Ec2Regions regions, Ec2Search search) {
    this.settings = settings;
    this.regions = regions;
    this.search = search;
  }

  List<NearMiss> of(TagQuery query) {
    List<NearMiss> misses = new ArrayList<>();
    Ec2Regions.Answer selected = regions.ask(Ec2Filters.passedThrough(settings.filters()));
    for (FoundInstance instance : selected.found()) {
      List<String> failed = new ArrayList<>(NearMisses.failed(instance.host(""), query));
      failed.addAll(mismatches(instance));
      if (!failed.isEmpty() && NearMisses.isNear(instance.host(""), query)) {
        misses.add(new NearMiss(host(instance), failed));
      }
    }
    if (!settings.filters().isEmpty()) {
      misses.addAll(filteredOut(query, selected));
    }
    return misses.stream().sorted(NearMisses.NEAREST_FIRST).toList();
  }

  /** Instances that have the tags, but that a filter of the settings keeps out. */
  private List<NearMiss> filteredOut(TagQuery query, Ec2Regions.Answer selected) {
    Set<String> kept = ids(selected.found());
    List<Filter> tags = Ec2Filters.tags(query);
    Map<FoundInstance, List<String>> failed = new LinkedHashMap<>();
    for (FoundInstance instance : regions.ask(tags).found()) {
      // Instances of a region that did not answer before are not known to be left out.
      if (query.matches(instance.host(""))
          && !kept.contains(instance.id())
          && !selected.isMissing(instance.region())) {
        failed.put(instance, new ArrayList<>(mismatches(instance)));
      }
    }
    if (failed.isEmpty()) {
      return List.of();
    }
    for (Filter filter : Ec2Filters.passedThrough(settings.filters())) {
      List<Filter> both = new ArrayList<>(tags);
      both.add(filter);
      Ec2Regions.Answer answer = regions.ask(both);
      Set<String> passing = ids(answer.found());
      failed.forEach(
          (instance, reasons) -> {
            if (!passing.contains(instance.id()) && !answer.isMissing(instance.region())) {
              String wanted = filter.getName() + "=" + String.join(",", filter.getValues());
              reasons.add("the filter " + wanted + " of deployctl.yml excludes it");
            }
          });
    }
    return failed.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .map(entry -> new NearMiss(host(entry.getKey()), entry.getValue()))
        .toList();
  }

  private List<String> mismatches(FoundInstance instance) {
    List<String> reasons = new ArrayList<>();
    boolean running = instance.state().equals("running");
    if (!running && !search.asksForStates()) {
      reasons.add("is " + AwsMessages.line(instance.state()) + ", not running");
    }
    if (running && !search.hasAddress(instance)) {
      reasons.add("has none of the addresses that inventory.ec2.address lists");
    }
    return reasons;
  }

  private Host host(FoundInstance instance) {
    return instance.host(instance.address(settings.address()).orElse(""));
  }

  private static Set<String> ids(List<FoundInstance> instances) {
    return instances.stream().map(FoundInstance::id).collect(Collectors.toSet());
  }
}
