package dev.deployctl.cli;

import dev.deployctl.config.ConfigSchema;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.EffectiveConfig;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.tables.ConfigListing;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What deployctl.yml means in the end. */
@Command(
    name = "config",
    description = "Checks deployctl.yml, and shows every value that holds and where it came from.")
final class ConfigCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final FileOptions configuration = new FileOptions();

  @Option(names = "--json", description = "NDJSON on standard output, one object a line.")
  boolean json;

  @Option(
      names = "--schema",
      description = "Prints the JSON Schema of deployctl.yml, for editors, and reads no file.")
  boolean schema;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "APP",
      description = "Only this app, and what holds for all.")
  @Nullable App app;

  ConfigCommand(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  @Override
  public Integer call() {
    if (schema) {
      if (app != null || json) {
        throw new DeployException(
            FailureKind.USAGE,
            "--schema prints one schema, whatever a file says",
            "leave out APP and --json");
      }
      console.out().print(ConfigSchema.json());
      return ExitCodes.OK;
    }
    DeployConfig config = configuration.load(services);
    List<EffectiveConfig.Line> lines = config.effective().lines();
    if (app != null) {
      String own = "apps." + config.app(app).app().name() + ".";
      lines =
          lines.stream()
              .filter(line -> !line.path().startsWith("apps.") || line.path().startsWith(own))
              .toList();
    }
    ConfigListing listing = new ConfigListing(console.out(), console.terminal(), json);
    lines.forEach(line -> listing.add(line.path(), line.value(), line.origin()));
    listing.print();
    return ExitCodes.OK;
  }
}
