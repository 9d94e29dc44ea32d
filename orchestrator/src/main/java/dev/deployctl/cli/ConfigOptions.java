package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which configuration, and what overrides it. */
final class ConfigOptions {
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

  @Mixin final SshOptions ssh = new SshOptions();

  @Option(
      names = {"-i", "--identity-file"},
      paramLabel = "FILE",
      description = "Private key to try.")
  @Nullable Path identity;

  DeployConfig load(Services services) {
    return services.config(file, environment);
  }

  /** The file's settings, with what the command line says laid over them. */
  SshSettings ssh(DeployConfig config) {
    return ssh(config.ssh());
  }

  /** These settings, with what the command line says laid over them. */
  SshSettings ssh(SshSettings settings) {
    return new SshSettings(
        ssh.config == null ? settings.config() : ssh.config,
        ssh.user == null ? settings.user() : ssh.user,
        settings.port(),
        identity == null ? settings.identityFile() : List.of(identity),
        settings.connectTimeout());
  }
}
