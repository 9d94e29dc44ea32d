package dev.deployctl.model;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;

/**
 * A machine that applications run on.
 *
 * @param id what it is: the instance id in EC2, the name in a file. Two hosts with one id are one
 *     host
 * @param name what people call it; need not be unique
 * @param address what SSH connects to: an address, a DNS name, or an alias of the user's ssh_config
 * @param zone the availability zone, or empty where there are none
 * @param tags its tags; a tag may have several values
 */
public record Host(
    String id, String name, String address, String zone, Map<String, SequencedSet<String>> tags) {
  public Host {
    Objects.requireNonNull(id);
    Objects.requireNonNull(name);
    Objects.requireNonNull(address);
    Objects.requireNonNull(zone);
    Map<String, SequencedSet<String>> copy = new LinkedHashMap<>();
    tags.forEach((key, values) -> copy.put(key, new LinkedHashSet<>(values)));
    tags = java.util.Collections.unmodifiableMap(copy);
  }

  /** A host with nothing but a name, which is its address as well. */
  public static Host named(String name) {
    return new Host(name, name, name, "", Map.of());
  }

  @Override
  public String toString() {
    return name;
  }
}
