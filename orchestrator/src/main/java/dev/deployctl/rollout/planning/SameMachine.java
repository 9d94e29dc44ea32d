package dev.deployctl.rollout.planning;

import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds hosts that are one machine under several names: each counts, and each would be changed. */
public final class SameMachine {
  private SameMachine() {}

  /** One warning for each address that several of the hosts have. */
  public static List<String> warnings(List<Host> hosts) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (Host host : hosts) {
      names.computeIfAbsent(host.address(), _ -> new ArrayList<>()).add(host.name());
    }
    List<String> warnings = new ArrayList<>();
    names.forEach(
        (address, some) -> {
          if (some.size() > 1) {
            warnings.add(
                String.join(" and ", some)
                    + " have one address, "
                    + address
                    + ": one machine under "
                    + some.size()
                    + " names counts as "
                    + some.size()
                    + " hosts; leave all but one out of the inventory");
          }
        });
    return warnings;
  }

  /**
   * One warning for each group of hosts that answered with one id under several addresses. It is a
   * warning and no refusal, because machines cloned from one disk image may share an id too.
   *
   * @param groups the hosts of each id
   */
  static List<String> withOneId(Collection<List<Host>> groups) {
    return groups.stream()
        .filter(group -> group.stream().map(Host::address).distinct().count() > 1)
        .map(
            group ->
                HostWarnings.names(group.stream().map(Host::name).toList())
                    + " answered with one host id: if they are one machine, it counts as "
                    + group.size()
                    + " hosts, so leave all but one name out of the inventory; if they were cloned"
                    + " from one disk image, they are counted correctly, and the image should be"
                    + " made without /var/lib/deployctl")
        .toList();
  }
}
