package dev.deployctl.openssh.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A host to look up in ssh_config, and the settings that take precedence over the files.
 *
 * @param host the name as a user would type it after {@code ssh}
 * @param user takes precedence over User
 * @param port takes precedence over Port
 * @param options lines that are read before the files, as with {@code ssh -o}
 */
public record SshConfigQuery(
    String host, Optional<String> user, OptionalInt port, List<String> options) {
  public SshConfigQuery {
    options = List.copyOf(options);
  }

  public static SshConfigQuery of(String host) {
    return new SshConfigQuery(host, Optional.empty(), OptionalInt.empty(), List.of());
  }
}
