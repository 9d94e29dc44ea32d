package dev.deployctl.openssh.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is asked of ssh_config, and what takes precedence over it.
 *
 * @param host the name as a user would type it after {@code ssh}
 * @param user in place of the User that is configured
 * @param port in place of the Port that is configured
 * @param options more lines, read before any file, as by {@code ssh -o}
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
