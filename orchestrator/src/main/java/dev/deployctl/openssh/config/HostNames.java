package dev.deployctl.openssh.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names under which a host's keys are looked up.
 *
 * @param first the alias, or the name with a port other than 22 as {@code [name]:port}
 * @param principal the name that a certificate must be valid for
 * @param fallback the name without its port, looked up if the first is not known
 */
public record HostNames(String first, String principal, Optional<String> fallback) {
  private static final int DEFAULT_PORT = 22;

  /** Returns the names in the order in which they are looked up. */
  public List<String> all() {
    return Stream.concat(Stream.of(first), fallback.stream()).toList();
  }

  /** Returns the names of a host without a HostKeyAlias. */
  public static HostNames of(String name, int port) {
    String host = Patterns.lower(name);
    return port == DEFAULT_PORT
        ? new HostNames(host, host, Optional.empty())
        : new HostNames("[" + host + "]:" + port, host, Optional.of(host));
  }

  /** Returns the names of a host with a HostKeyAlias, which replaces name and port. */
  public static HostNames alias(String alias) {
    String name = Patterns.lower(alias);
    return new HostNames(name, name, Optional.empty());
  }
}
