package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options to choose a configuration and to override it for connections. */
public final class ConfigOptions extends FileOptions {
  @Mixin final SshOptions ssh = new SshOptions();

  @Advanced
  @Option(
      names = {"-i", "--identity-file"},
      paramLabel = "FILE",
      description = "Try this private key.")
  @Nullable Path identity;

  /** Returns the user who logs in, where the command line names one. */
  public @Nullable String user() {
    return ssh.user;
  }

  /** The file's settings, with what the command line says laid over them. */
  public SshSettings ssh(DeployConfig config) {
    return ssh(config.ssh());
  }

  /** These settings, with what the command line says laid over them. */
  public SshSettings ssh(SshSettings settings) {
    return new SshSettings(
        ssh.config == null ? settings.config() : ssh.config,
        ssh.user == null ? settings.user() : ssh.user,
        settings.port(),
        identity == null ? settings.identityFile() : List.of(identity),
        settings.connectTimeout());
  }
}
