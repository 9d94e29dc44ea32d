package dev.deployctl.rollout;

import dev.deployctl.fleet.InventoryNow;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.HostOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the inventory about hosts that do not answer. One that was terminated during the rollout is
 * no failure of the rollout; one that is only silent is.
 */
final class TerminatedHosts {
  /** Many hosts that are lost at once are one question. */
  private static final Duration FRESH = Duration.ofSeconds(3);

  private final Timeline timeline;
  private final InventoryNow inventory;
  private @Nullable Instant asked;
  private Set<String> listed = Set.of();

  TerminatedHosts(Timeline timeline, InventoryNow inventory) {
    this.timeline = timeline;
    this.inventory = inventory;
  }

  /** The outcome of a host that was lost: gone, where the inventory says so. */
  HostOutcome judge(HostOutcome outcome) {
    return switch (outcome) {
      case HostOutcome.Unreachable lost when gone(lost.host()) ->
          new HostOutcome.Terminated(lost.host(), lost.serving(), lost.reason());
      case HostOutcome.Unknown lost when gone(lost.host()) ->
          new HostOutcome.Terminated(lost.host(), lost.before(), lost.reason());
      default -> outcome;
    };
  }

  /** Returns whether the inventory has no such host any more; false also where it cannot tell. */
  synchronized boolean gone(Host host) {
    Instant now = timeline.now();
    if (asked == null || Duration.between(asked, now).compareTo(FRESH) >= 0) {
      listed = ask();
      asked = now;
    }
    // One that lists nothing at all is not believed: more likely it looks in the wrong place.
    return !listed.isEmpty() && !listed.contains(host.id());
  }

  private Set<String> ask() {
    try {
      return inventory.all().stream().map(Host::id).collect(Collectors.toSet());
    } catch (DeployException silent) {
      return Set.of();
    }
  }
}
