package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.config.AppSettings;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The hosts of all apps of a configuration, from one look into the inventory.
 *
 * @param byApp the hosts of each app; an app of which the inventory has none has an empty list
 * @param hosts all of these that SSH can connect to, each once
 * @param withoutAddress those that it cannot
 * @param missing the parts of the inventory that did not answer
 */
record AppMembers(
    SequencedMap<String, List<Host>> byApp,
    List<Host> hosts,
    List<HostResult> withoutAddress,
    List<HostList.Missing> missing) {
  static AppMembers of(DeployConfig config, Inventory inventory, HostOptions selection) {
    HostList list = inventory.list(new TagQuery(Map.of()));
    SequencedMap<String, List<Host>> byApp = new LinkedHashMap<>();
    SequencedSet<Host> all = new LinkedHashSet<>();
    for (AppSettings app : config.apps().values()) {
      List<Host> hosts = list.hosts().stream().filter(app.hosts()::matches).toList();
      all.addAll(hosts);
      byApp.put(app.app().name(), hosts);
    }
    if (all.isEmpty()) {
      throw new DeployException(
          list.isComplete() ? FailureKind.NOTHING_TO_DO : FailureKind.INVENTORY,
          "no host of any app in " + inventory.describe(),
          list.isComplete() ? "deployctl hosts lists all hosts" : list.reasons());
    }
    List<Host> selected =
        selection.select(list.with(List.copyOf(all)), "the apps in " + config.file());
    byApp.replaceAll((_, hosts) -> hosts.stream().filter(selected::contains).toList());
    if (selected.size() < all.size()) {
      byApp.values().removeIf(List::isEmpty);
    }
    return new AppMembers(
        byApp,
        selected.stream().filter(host -> !list.withoutAddress().containsKey(host.id())).toList(),
        selected.stream()
            .filter(host -> list.withoutAddress().containsKey(host.id()))
            .map(host -> unreachable(host, list))
            .toList(),
        list.missing());
  }

  private static HostResult unreachable(Host host, HostList list) {
    return new HostResult.Unreachable(
        host,
        list.withoutAddress().getOrDefault(host.id(), "") + ", so SSH cannot connect",
        "name another kind of address under inventory.ec2.address in deployctl.yml",
        false);
  }

  /** Returns whether the inventory answered in full, and has hosts of each app. */
  boolean isComplete() {
    return missing.isEmpty() && byApp.values().stream().noneMatch(List::isEmpty);
  }
}
