package dev.deployctl.rollout.planning;

import dev.deployctl.event.HostValues;
import dev.deployctl.fleet.HostClock;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rollout that came last, of those that hosts run, though each host has a clock of its
 * own: times are corrected by the host's time now, and where that does not decide, nobody guesses.
 */
public final class LatestRollout {
  /** A clock that was set back since shows a time that has not come yet; so much is noise. */
  private static final Duration FUTURE = Duration.ofSeconds(2);

  private static final Duration ZERO = Duration.ZERO;

  private final Instant now;
  private final List<Change> changes = new ArrayList<>();

  public LatestRollout(Instant now) {
    this.now = now;
  }

  /** When a host came to what it runs, by its own clock. */
  private record Change(
      String host, HostValues.Serving serving, Instant since, HostClock clock, boolean future) {
    String rollout() {
      return String.valueOf(serving.rollout());
    }

    /** The earliest moment that it can have been; {@code agree}: by the clock of all hosts. */
    Instant earliest(boolean agree) {
      return future ? Instant.MIN : agree ? since : since.minus(clock.most());
    }

    Instant latest(boolean agree) {
      return future ? Instant.MAX : agree ? since : since.minus(clock.least());
    }

    String text() {
      return rollout() + " (" + host + ", " + serving.since() + " by its clock)";
    }
  }

  /** Takes in what one host runs. */
  public void add(String host, HostValues.@Nullable Serving serving, HostClock clock) {
    Instant since = serving == null ? null : HostClock.instant(serving.since());
    if (serving == null || serving.rollout() == null || since == null) {
      return;
    }
    // A clock that was set back since shows a time that has not come yet: then nothing is known.
    boolean future = since.minus(clock.most()).isAfter(now.plus(FUTURE));
    changes.add(new Change(host, serving, since, clock, future));
  }

  /** Returns whether all hosts may have the same time, though it need not be this machine's. */
  private boolean agree() {
    Duration least =
        changes.stream()
            .map(change -> change.clock().least())
            .max(Duration::compareTo)
            .orElse(ZERO);
    Duration most =
        changes.stream().map(change -> change.clock().most()).min(Duration::compareTo).orElse(ZERO);
    return least.compareTo(most.plus(HostClock.NOISE)) <= 0;
  }

  /**
   * Returns what the last rollout put into service, or null without any.
   *
   * @throws DeployException two may have been the last
   */
  public HostValues.@Nullable Serving find(App app) {
    boolean agree = agree();
    Change last =
        changes.stream()
            .max(Comparator.comparing((Change change) -> change.latest(agree)))
            .orElse(null);
    if (last == null) {
      return null;
    }
    Instant surely =
        changes.stream()
            .filter(change -> change.rollout().equals(last.rollout()))
            .map(change -> change.earliest(agree))
            .max(Comparator.naturalOrder())
            .orElse(last.earliest(agree));
    for (Change other : changes) {
      boolean same = other.rollout().equals(last.rollout());
      if (!same && other.latest(agree).isAfter(surely)) {
        throw new DeployException(
            FailureKind.PREFLIGHT_REFUSED,
            "the clocks of the hosts do not tell which rollout of "
                + app
                + " was the last, "
                + last.text()
                + " or "
                + other.text()
                + "; nothing was touched",
            "name the one to roll back: --rollout "
                + last.rollout()
                + " or --rollout "
                + other.rollout()
                + "; and set the clocks of these hosts right (NTP)");
      }
    }
    return last.serving();
  }
}
