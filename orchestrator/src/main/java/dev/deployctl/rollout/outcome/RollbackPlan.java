package dev.deployctl.rollout.outcome;

import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a rollback.
 *
 * @param undone the rollout whose changes are rolled back
 * @param hosts the hosts that it changed
 * @param untouched hosts that it did not change, or that have moved on since
 * @param from what the changed hosts run now, by host id
 * @param to what they go back to, by host id
 * @param warnings what a person should know before agreeing
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
    Map<String, Release> to,
    List<String> warnings) {
  public RollbackPlan {
    hosts = List.copyOf(hosts);
    untouched = List.copyOf(untouched);
    unreachable = List.copyOf(unreachable);
    from = Map.copyOf(from);
    to = Map.copyOf(to);
    warnings = List.copyOf(warnings);
  }

  /** A plan without warnings. */
  public RollbackPlan(
      App app,
      RolloutId undone,
      @Nullable String by,
      @Nullable String since,
      List<Host> hosts,
      List<Host> untouched,
      List<HostOutcome.Unreachable> unreachable,
      Map<String, Release> from,
      Map<String, Release> to) {
    this(app, undone, by, since, hosts, untouched, unreachable, from, to, List.of());
  }

  /** Returns the same plan with more warnings. */
  public RollbackPlan warning(List<String> more) {
    return new RollbackPlan(
        app,
        undone,
        by,
        since,
        hosts,
        untouched,
        unreachable,
        from,
        to,
        Stream.concat(warnings.stream(), more.stream()).toList());
  }
}
