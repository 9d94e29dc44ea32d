package dev.deployctl.cli.setup;

import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Quoted;
import dev.deployctl.model.TagQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the hosts that the arguments of bootstrap mean. */
final class BootstrapTargets {
  private final @Nullable DeployConfig config;
  private final HostOptions selection;
  private final Services services;
  private @Nullable List<Host> inventory;

  /**
   * @param config null where there is no project yet: then every argument is a host
   */
  BootstrapTargets(@Nullable DeployConfig config, HostOptions selection, Services services) {
    this.config = config;
    this.selection = selection;
    this.services = services;
  }

  /** Returns each host once, in the order of the arguments. */
  List<Host> hosts(List<String> targets) {
    Map<String, Host> hosts = new LinkedHashMap<>();
    for (String target : targets) {
      for (Host host : hosts(target)) {
        hosts.putIfAbsent(host.id(), host);
      }
    }
    return List.copyOf(hosts.values());
  }

  private List<Host> hosts(String target) {
    if (config != null && config.apps().containsKey(target)) {
      return selection.resolve(
          config,
          new App(target),
          services.fleets().inventory(config.inventory()),
          services.console());
    }
    if (target.startsWith("-") || target.isBlank()) {
      throw new DeployException(
          FailureKind.USAGE, "neither an app nor a host: " + Quoted.of(target), null);
    }
    if (!selection.words().isEmpty()) {
      throw new DeployException(
          FailureKind.USAGE,
          Quoted.of(target) + " is no app: " + selection.words().get(0) + " narrows an app's hosts",
          "name the app, or the host alone");
    }
    List<Host> listed =
        inventory().stream()
            .filter(host -> target.equals(host.name()) || target.equals(host.id()))
            .toList();
    return listed.isEmpty() ? List.of(Host.named(target)) : listed;
  }

  /** A host can be prepared before it is in the inventory, or while that does not answer. */
  private List<Host> inventory() {
    List<Host> known = inventory;
    if (known == null) {
      try {
        known =
            config == null
                ? List.of()
                : services
                    .fleets()
                    .inventory(config.inventory())
                    .list(new TagQuery(Map.of()))
                    .connectable();
      } catch (DeployException noAnswer) {
        known = List.of();
      }
      inventory = known;
    }
    return known;
  }
}
