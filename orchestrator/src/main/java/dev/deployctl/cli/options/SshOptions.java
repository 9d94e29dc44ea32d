package dev.deployctl.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a user would say to ssh as well. */
public final class SshOptions {
  @Option(
      names = {"-F", "--ssh-config"},
      paramLabel = "FILE",
      description = "ssh_config to read (default: as ssh does).")
  public @Nullable Path config;

  @Option(
      names = {"-l", "--user"},
      paramLabel = "USER",
      description = "User to log in as.")
  public @Nullable String user;
}
