package dev.deployctl.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where hosts come from. */
public sealed interface InventorySettings {
  /** A list of hosts that people keep by hand. */
  record HostsFile(Path path) implements InventorySettings {}

  /**
   * Instances of EC2.
   *
   * @param regions asked all at once; empty for the one that the AWS environment names
   * @param filters conditions of DescribeInstances, passed as they are
   * @param address what SSH connects to: the first that an instance has
   * @param profile AWS profile, or null for what the environment says
   * @param roleArn role to assume with those credentials, or null
   * @param externalId external id for that role, or null
   * @param endpoint another EC2 endpoint than AWS's own, or null
   * @param skipFailingRegions whether a region that does not answer is left out, with a warning
   */
  record Ec2(
      List<String> regions,
      Map<String, List<String>> filters,
      List<AddressKind> address,
      @Nullable String profile,
      @Nullable String roleArn,
      @Nullable String externalId,
      @Nullable String endpoint,
      boolean skipFailingRegions)
      implements InventorySettings {
    public static final List<AddressKind> DEFAULT_ADDRESS =
        List.of(AddressKind.PRIVATE_IP, AddressKind.PUBLIC_IP);

    public Ec2 {
      regions = List.copyOf(regions);
      Map<String, List<String>> copy = new LinkedHashMap<>();
      filters.forEach((key, values) -> copy.put(key, List.copyOf(values)));
      filters = java.util.Collections.unmodifiableMap(copy);
      address = address.isEmpty() ? DEFAULT_ADDRESS : List.copyOf(address);
    }

    /** The environment's credentials and endpoint, in these regions. */
    public static Ec2 inRegions(List<String> regions) {
      return new Ec2(regions, Map.of(), DEFAULT_ADDRESS, null, null, null, null, false);
    }
  }
}
