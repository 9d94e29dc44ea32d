package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration. */
class FileOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration (default: deployctl.yml, here or further up).")
  @Nullable Path file;

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      description = "Overlay to use, such as staging.")
  @Nullable String environment;

  DeployConfig load(Services services) {
    return services.config().load(file, environment);
  }
}
