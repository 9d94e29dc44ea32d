package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import dev.deployctl.model.Words;
import dev.deployctl.rollout.Inventory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of an app's hosts. */
final class HostOptions {
  @Option(
      names = "--hosts",
      paramLabel = "NAME",
      split = ",",
      description = "Only these hosts, by name or id.")
  @Nullable List<String> only;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      split = ",",
      description = "Only hosts of these availability zones.")
  @Nullable List<String> zones;

  /** The app's hosts, narrowed down; never empty. */
  List<Host> resolve(DeployConfig config, App app, Inventory inventory) {
    TagQuery query = config.app(app).hosts();
    List<Host> found = inventory.hosts(query);
    if (found.isEmpty()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no host of " + app + ": " + query + " matches nothing in " + inventory.describe(),
          "deployctl hosts " + app + " --explain tells which hosts nearly match");
    }
    return narrow(found, app);
  }

  /** The same question asked later: whatever is there now, and be it nothing. */
  List<Host> again(DeployConfig config, App app, Inventory inventory) {
    List<Host> hosts = new ArrayList<>(inventory.hosts(config.app(app).hosts()));
    hosts.removeIf(
        host -> only != null && !only.contains(host.name()) && !only.contains(host.id()));
    hosts.removeIf(host -> zones != null && !zones.contains(host.zone()));
    return distinct(hosts);
  }

  private List<Host> narrow(List<Host> found, App app) {
    List<Host> hosts = new ArrayList<>(found);
    if (only != null) {
      Set<String> wanted = new LinkedHashSet<>(only);
      hosts.removeIf(host -> !wanted.contains(host.name()) && !wanted.contains(host.id()));
      List<String> unknown =
          wanted.stream()
              .filter(
                  name ->
                      found.stream()
                          .noneMatch(host -> name.equals(host.name()) || name.equals(host.id())))
              .map(Words::quoted)
              .toList();
      if (!unknown.isEmpty()) {
        throw new DeployException(
            FailureKind.USAGE,
            "not a host of " + app + ": " + String.join(", ", unknown),
            "its hosts: " + String.join(", ", found.stream().limit(20).map(Host::name).toList()));
      }
    }
    if (zones != null) {
      hosts.removeIf(host -> !zones.contains(host.zone()));
      if (hosts.isEmpty()) {
        throw new DeployException(
            FailureKind.NOTHING_TO_DO,
            "no host of " + app + " is in zone " + String.join(", ", zones),
            "zones: "
                + String.join(", ", new LinkedHashSet<>(found.stream().map(Host::zone).toList())));
      }
    }
    return distinct(hosts);
  }

  private static List<Host> distinct(List<Host> hosts) {
    Map<String, Host> byId = new LinkedHashMap<>();
    hosts.forEach(host -> byId.putIfAbsent(host.id(), host));
    return List.copyOf(byId.values());
  }
}
