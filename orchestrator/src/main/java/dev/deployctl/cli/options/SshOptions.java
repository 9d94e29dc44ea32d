package dev.deployctl.cli.options;

import dev.deployctl.cli.help.Advanced;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that ssh has as well. */
public final class SshOptions {
  @Advanced
  @Option(
      names = {"-F", "--ssh-config"},
      paramLabel = "FILE",
      description = "Read this ssh_config (default: as ssh does).")
  public @Nullable Path config;

  @Option(
      names = {"-l", "--user"},
      paramLabel = "USER",
      description = "Log in as this user.")
  public @Nullable String user;
}
