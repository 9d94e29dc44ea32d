package dev.deployctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of connections that override the user's ssh_config. Null means no override.
 *
 * @param config an ssh_config to read instead of the user's
 * @param identityFile private keys to try
 */
public record SshSettings(
    @Nullable Path config,
    @Nullable String user,
    @Nullable Integer port,
    List<Path> identityFile,
    @Nullable Duration connectTimeout) {
  public SshSettings {
    identityFile = List.copyOf(identityFile);
  }
}
