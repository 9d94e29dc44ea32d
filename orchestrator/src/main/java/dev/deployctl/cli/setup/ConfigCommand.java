package dev.deployctl.cli.setup;

import dev.deployctl.cli.options.FileOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.ConfigSchema;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.EffectiveConfig;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.tables.ConfigListing;
import dev.deployctl.output.terminal.Console;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks deployctl.yml and shows the values in effect. */
@Command(
    name = "config",
    description = "Check deployctl.yml, and show every value in effect and where it comes from.")
public final class ConfigCommand implements Callable<Integer> {
  private final Services services;
  private final Console console;

  @Mixin final FileOptions configuration = new FileOptions();

  @Option(names = "--json", description = "Print NDJSON on standard output, one object a line.")
  boolean json;

  @Option(
      names = "--schema",
      description = "Print the JSON Schema of deployctl.yml, for editors. Reads no file.")
  boolean schema;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "APP",
      description = "Show only this app, and what applies to all apps.")
  @Nullable App app;

  public ConfigCommand(Services services) {
    this.services = services;
    this.console = services.console();
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
