package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
    ENVIRONMENTS
  }

  @Parameters(index = "0", paramLabel = "apps|hosts|environments", description = "What to list.")
  What what;

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
      // A file is read in no time; nobody waits for EC2 after a Tab.
      case HOSTS ->
          config.inventory() instanceof InventorySettings.HostsFile
              ? services.inventory(config.inventory()).hosts(new TagQuery(Map.of())).stream()
                  .map(Host::name)
                  .toList()
              : List.of();
    };
  }
}
