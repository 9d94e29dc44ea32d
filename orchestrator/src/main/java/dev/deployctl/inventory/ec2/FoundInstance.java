package dev.deployctl.inventory.ec2;

import com.amazonaws.services.ec2.model.Instance;
import com.amazonaws.services.ec2.model.Tag;
import dev.deployctl.model.AddressKind;
import dev.deployctl.model.Host;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An instance as EC2 described it. */
record FoundInstance(Instance instance, String region) {
  /** Addresses that SSH and a ProxyCommand may get: an IP address, a DNS name, an alias. */
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9_:][A-Za-z0-9_.:-]{0,252}");

  String id() {
    return instance.getInstanceId();
  }

  /** The Name tag, which need not be there nor be unique. */
  String name() {
    String name = printable(tag("Name"));
    return name.isBlank() ? id() : name;
  }

  String state() {
    return instance.getState() == null ? "" : text(instance.getState().getName());
  }

  /** For messages: {@code i-0a1b (web-1, eu-west-1a)}. */
  String described() {
    String zone = zone().isEmpty() ? region : zone();
    return id() + " (" + (name().equals(id()) ? "" : name() + ", ") + zone + ")";
  }

  /** Returns the first address of these kinds. */
  Optional<String> address(List<AddressKind> kinds) {
    return kinds.stream().map(this::address).filter(ADDRESS.asMatchPredicate()).findFirst();
  }

  private String address(AddressKind kind) {
    return switch (kind) {
      case PRIVATE_IP -> text(instance.getPrivateIpAddress());
      case PUBLIC_IP -> text(instance.getPublicIpAddress());
      case IPV6 -> text(instance.getIpv6Address());
      case PRIVATE_DNS -> text(instance.getPrivateDnsName());
      case PUBLIC_DNS -> text(instance.getPublicDnsName());
      case NAME -> tag("Name");
      case INSTANCE_ID -> id();
    };
  }

  Host host(String address) {
    return new Host(id(), name(), address, zone(), tags());
  }

  private String zone() {
    return instance.getPlacement() == null
        ? ""
        : text(instance.getPlacement().getAvailabilityZone());
  }

  /**
   * A tag that holds a comma-separated list has each of its elements as a value, and the whole as
   * well, for those who ask for exactly that.
   */
  private Map<String, SequencedSet<String>> tags() {
    Map<String, SequencedSet<String>> tags = new LinkedHashMap<>();
    for (Tag tag : instance.getTags()) {
      String value = text(tag.getValue());
      SequencedSet<String> values = new LinkedHashSet<>(List.of(value));
      if (value.indexOf(',') >= 0) {
        Arrays.stream(value.split(",", -1))
            .map(String::strip)
            .filter(element -> !element.isEmpty())
            .forEach(values::add);
      }
      tags.put(text(tag.getKey()), values);
    }
    return tags;
  }

  private String tag(String key) {
    return instance.getTags().stream()
        .filter(tag -> key.equals(tag.getKey()))
        .map(tag -> text(tag.getValue()))
        .findFirst()
        .orElse("");
  }

  /** Removes control characters: they could change the terminal of whoever lists the hosts. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]", "?").strip();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
