package dev.deployctl.rollout;

import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback is about to do.
 *
 * @param undone the rollout whose changes are taken back
 * @param hosts the hosts that it changed
 * @param untouched hosts that it did not change, or that have moved on since
 * @param from what the changed hosts run now, by host id
 * @param to what they go back to, by host id
 */
public record RollbackPlan(
    App app,
    RolloutId undone,
    @Nullable String by,
    @Nullable String since,
    List<Host> hosts,
    List<Host> untouched,
    List<HostOutcome.Unreachable> unreachable,
    Map<String, Release> from,
    Map<String, Release> to) {
  public RollbackPlan {
    hosts = List.copyOf(hosts);
    untouched = List.copyOf(untouched);
    unreachable = List.copyOf(unreachable);
    from = Map.copyOf(from);
    to = Map.copyOf(to);
  }
}
