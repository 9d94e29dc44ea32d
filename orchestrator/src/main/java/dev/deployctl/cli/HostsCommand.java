package dev.deployctl.cli;

import dev.deployctl.cli.options.FileOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.HostTable;
import dev.deployctl.output.terminal.Console;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the hosts of an app, or all hosts. Connects to none of them. */
@Command(name = "hosts", description = "List the hosts of an app, or without APP all hosts.")
final class HostsCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final FileOptions configuration = new FileOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Parameters(index = "0", arity = "0..1", paramLabel = "APP", description = "The app.")
  @Nullable App app;

  @Option(
      names = "--explain",
      description = "Also list hosts that nearly match, and what they lack.")
  boolean explain;

  HostsCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() {
    DeployConfig config = configuration.load(services);
    Inventory inventory = services.fleets().inventory(config.inventory());
    TagQuery query = app == null ? new TagQuery(Map.of()) : config.app(app).hosts();
    if (explain) {
      explain(inventory, query);
      return ExitCodes.OK;
    }
    show(app == null ? all(inventory) : selection.resolve(config, app, inventory, console));
    return ExitCodes.OK;
  }

  /** Lists hosts and near misses; an instance without an address is a near miss. */
  private void explain(Inventory inventory, TagQuery query) {
    HostList list = inventory.list(query);
    List<Inventory.NearMiss> misses = inventory.nearMisses(query);
    List<Host> known = new ArrayList<>(list.hosts());
    misses.forEach(miss -> known.add(miss.host()));
    selection.checkNames(list.with(known), app == null ? "the inventory" : app.toString());
    show(
        list.hosts().stream()
            .filter(host -> !list.withoutAddress().containsKey(host.id()))
            .filter(selection::allows)
            .toList());
    showNearMisses(misses.stream().filter(miss -> selection.allows(miss.host())).toList());
  }

  private List<Host> all(Inventory inventory) {
    HostList hosts = inventory.list(new TagQuery(Map.of()));
    if (hosts.hosts().isEmpty()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO, "no host in " + inventory.describe(), null);
    }
    return selection.narrow(hosts, "the inventory").hosts();
  }

  private void show(List<Host> hosts) {
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).hosts(hosts);
    } else {
      new HostTable(console.out(), console.terminal()).print(hosts);
    }
  }

  private void showNearMisses(List<Inventory.NearMiss> misses) {
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).nearMisses(misses);
    } else {
      new HostTable(console.out(), console.terminal()).printNearMisses(misses);
    }
  }
}
