package dev.deployctl.cli;

import dev.deployctl.config.AppSettings;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Words for a shell to complete, one a line. Silent where there is no configuration. */
@Command(name = "complete", hidden = true, description = "Words for the shell's completion.")
final class CompleteCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  /** What to list. */
  enum What {
    APPS,
    HOSTS,
    ZONES,
    ENVIRONMENTS
  }

  @Parameters(
      index = "0",
      paramLabel = "apps|hosts|zones|environments",
      description = "What to list.")
  What what;

  @Parameters(index = "1", arity = "0..1", paramLabel = "APP", description = "Whose hosts.")
  @Nullable String app;

  CompleteCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  @Override
  public Integer call() {
    try {
      DeployConfig config = services.config(null, null);
      words(config).forEach(word -> console.out().print(word + "\n"));
    } catch (DeployException noneHere) {
      // Somebody presses Tab: an error message would only spoil the line.
      return ExitCodes.OK;
    }
    return ExitCodes.OK;
  }

  private List<String> words(DeployConfig config) {
    return switch (what) {
      case APPS -> List.copyOf(config.apps().keySet());
      case ENVIRONMENTS -> services.environments(config.file());
      case HOSTS -> hosts(config).map(Host::name).toList();
      case ZONES ->
          hosts(config).map(Host::zone).filter(zone -> !zone.isEmpty()).distinct().toList();
    };
  }

  /** A file is read in no time; nobody waits for EC2 after a Tab. */
  private Stream<Host> hosts(DeployConfig config) {
    if (!(config.inventory() instanceof InventorySettings.HostsFile)) {
      return Stream.empty();
    }
    AppSettings own = app == null ? null : config.apps().get(app);
    TagQuery query = own == null ? new TagQuery(Map.of()) : own.hosts();
    return services.inventory(config.inventory()).hosts(query).stream();
  }
}
