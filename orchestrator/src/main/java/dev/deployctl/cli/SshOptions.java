package dev.deployctl.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a user would say to ssh as well. */
final class SshOptions {
  @Option(
      names = {"-F", "--ssh-config"},
      paramLabel = "FILE",
      description = "ssh_config to read (default: as ssh does).")
  @Nullable Path config;

  @Option(
      names = {"-l", "--user"},
      paramLabel = "USER",
      description = "User to log in as.")
  @Nullable String user;
}
