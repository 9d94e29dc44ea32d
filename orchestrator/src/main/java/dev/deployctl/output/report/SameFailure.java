package dev.deployctl.output.report;

import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hosts that failed alike: a tag that the registry lacks is one mistake, not one a host.
 *
 * @param one stands for all of them
 */
public record SameFailure(HostOutcome one, List<Host> hosts) {
  public SameFailure {
    hosts = List.copyOf(hosts);
  }

  /** The failures in the order of their first host. */
  public static List<SameFailure> among(List<HostOutcome> outcomes) {
    Map<Object, SameFailure> found = new LinkedHashMap<>();
    for (HostOutcome outcome : outcomes) {
      if (outcome.failure()) {
        found.merge(
            cause(outcome), new SameFailure(outcome, List.of(outcome.host())), SameFailure::and);
      }
    }
    return List.copyOf(found.values());
  }

  /** Once a host was touched its story is its own; what preflight refused has no more to it. */
  private static Object cause(HostOutcome outcome) {
    return outcome instanceof HostOutcome.Failed failed && Step.PREFLIGHT.equals(failed.step())
        ? failed.error()
        : outcome.host();
  }

  private SameFailure and(SameFailure other) {
    List<Host> all = new ArrayList<>(hosts);
    all.addAll(other.hosts);
    return new SameFailure(one, all);
  }
}
