package dev.deployctl.fleet;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An inventory's answer: the hosts that it found, and how far the answer goes. A host that is not
 * in an incomplete list may exist all the same: its absence means nothing.
 *
 * @param hosts all that were found; those without an address among them
 * @param missing the parts of the inventory that did not answer; empty in a complete answer
 * @param withoutAddress by host id, what is said of a host that SSH cannot connect to
 */
public record HostList(
    List<Host> hosts, List<Missing> missing, Map<String, String> withoutAddress) {
  public HostList {
    hosts = List.copyOf(hosts);
    missing = List.copyOf(missing);
    withoutAddress = Map.copyOf(withoutAddress);
  }

  /**
   * A part of an inventory that did not answer.
   *
   * @param part such as a region
   * @param reason a sentence that names the part
   */
  public record Missing(String part, String reason) {
    /** Returns what a plan says of it. */
    public String warning() {
      return "hosts of " + part + " are not part of this: " + reason;
    }
  }

  /** Returns a complete answer in which every host has an address. */
  public static HostList complete(List<Host> hosts) {
    return new HostList(hosts, List.of(), Map.of());
  }

  public boolean isComplete() {
    return missing.isEmpty();
  }

  /** Returns the names of the parts that did not answer: {@code eu-west-1, us-east-1}. */
  public String missingParts() {
    return missing.stream().map(Missing::part).collect(Collectors.joining(", "));
  }

  /** Returns the reasons why the answer is incomplete, as one text. */
  public String reasons() {
    return missing.stream().map(Missing::reason).distinct().collect(Collectors.joining("; "));
  }

  /** Returns the same answer with these hosts instead. */
  public HostList with(List<Host> others) {
    return new HostList(others, missing, withoutAddress);
  }

  /**
   * Returns the hosts, all of which have an address.
   *
   * @throws DeployException one of them has none
   */
  public List<Host> connectable() {
    List<String> without =
        hosts.stream()
            .filter(host -> withoutAddress.containsKey(host.id()))
            .map(host -> withoutAddress.get(host.id()))
            .toList();
    if (!without.isEmpty()) {
      throw new DeployException(
          FailureKind.INVENTORY,
          String.join("; ", without) + ", so SSH cannot connect",
          "name another kind of address under inventory.ec2.address in deployctl.yml, or leave"
              + " it out with --hosts");
    }
    return hosts;
  }
}
