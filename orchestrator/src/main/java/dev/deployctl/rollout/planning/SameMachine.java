package dev.deployctl.rollout.planning;

import dev.deployctl.model.Host;
import java.util.ArrayList;
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
}
