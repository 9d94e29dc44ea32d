package dev.deployctl.cli.options;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.DeployConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration. */
public class FileOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration (default: deployctl.yml, here or further up).")
  public @Nullable Path file;

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      description = "Overlay to use, such as staging.")
  public @Nullable String environment;

  public DeployConfig load(Services services) {
    return services.config().load(file, environment);
  }
}
