package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.ConfigOptions;
import dev.deployctl.cli.options.HostOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.options.PlacementOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.fleet.ThreadTimeline;
import dev.deployctl.fleet.command.InspectionCommands;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.json.PlacementJson;
import dev.deployctl.output.tables.PlacementTable;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.placement.CapacityAnswers;
import dev.deployctl.placement.Demand;
import dev.deployctl.placement.MemorySize;
import dev.deployctl.placement.Placement;
import dev.deployctl.placement.Placer;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes on which hosts the containers of an app would be placed. */
@Command(
    name = "place",
    description =
        "Compute which hosts have room for the containers of an app, and why. Changes nothing.")
public final class PlaceCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  private final Services services;
  private final Console console;

  @Mixin final ConfigOptions configuration = new ConfigOptions();
  @Mixin final HostOptions selection = new HostOptions();
  @Mixin final PlacementOptions placing = new PlacementOptions();
  @Mixin final JsonOptions output = new JsonOptions();

  @Option(
      names = "--dry-run",
      description = "Only compute; needed, because nothing is placed by this version.")
  boolean dryRun;

  @Parameters(index = "0", paramLabel = "APP", description = "The app.")
  App app;

  public PlaceCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!dryRun) {
      throw new DeployException(
          FailureKind.USAGE, "place only computes, and needs --dry-run to say so", null);
    }
    Integer count = placing.count;
    if (count != null && (count < 1 || count > MOST)) {
      throw new DeployException(FailureKind.USAGE, "--count takes 1 to " + MOST, null);
    }
    DeployConfig config = configuration.load(services);
    TagQuery where = placing.where() == null ? config.app(app).hosts() : placing.where();
    List<HostResult> results = ask(config, hosts(config, where));
    CapacityAnswers answers = new CapacityAnswers(app, results);
    Placement placement = Placer.place(demand(answers), answers.capacities());
    if (output.json) {
      new PlacementJson(console.out(), Clock.systemUTC()).print(placement);
    } else {
      new PlacementTable(console.out(), console.terminal()).print(placement, where);
    }
    return exitCode(results, placement);
  }

  private List<Host> hosts(DeployConfig config, TagQuery where) {
    Inventory inventory = services.fleets().inventory(config.inventory());
    HostList found = inventory.list(where);
    if (found.hosts().isEmpty()) {
      throw new DeployException(
          found.isComplete() ? FailureKind.NOTHING_TO_DO : FailureKind.INVENTORY,
          where + " matches no host in " + inventory.describe(),
          found.isComplete() ? "deployctl hosts lists all hosts" : found.reasons());
    }
    return selection.narrow(found, where.toString()).hosts();
  }

  private List<HostResult> ask(DeployConfig config, List<Host> hosts) throws InterruptedException {
    try (HostAgent agent = services.fleets().agent(configuration.ssh(config))) {
      console.status().asking(hosts);
      return new FleetCall(agent, new ThreadTimeline(), this::note)
          .ask(hosts, InspectionCommands.capacity(), config.app(app).rollout().parallelism());
    }
  }

  private Demand demand(CapacityAnswers answers) {
    int count = placing.count == null ? answers.instances() : placing.count;
    if (count == 0) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no instance of " + app + " is live on these hosts, so the number is not known",
          "give it: --count N");
    }
    MemorySize memory =
        placing.memory != null
            ? placing.memory
            : answers
                .largest()
                .orElseThrow(
                    () ->
                        new DeployException(
                            FailureKind.NOTHING_TO_DO,
                            "no container of "
                                + app
                                + " runs on these hosts, so its memory limit"
                                + " is not known",
                            "give it: --memory 512m"));
    return new Demand(app, count, memory, placing.spread);
  }

  private void note(String sentence) {
    if (!output.json) {
      console.err().println(sentence);
      console.err().flush();
    }
  }

  private static int exitCode(List<HostResult> results, Placement placement) {
    if (placement.unplaced() > 0) {
      return ExitCodes.FAILED;
    }
    return results.stream().anyMatch(HostResult.Unreachable.class::isInstance)
        ? ExitCodes.UNREACHABLE
        : ExitCodes.OK;
  }
}
