package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options to choose a configuration. */
public class FileOptions {
  @Advanced
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Read this configuration (default: deployctl.yml, here or above).")
  public @Nullable Path file;

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      description = "Use this environment, such as staging.")
  public @Nullable String environment;

  public DeployConfig load(Services services) {
    return services.config().load(file, environment);
  }
}
