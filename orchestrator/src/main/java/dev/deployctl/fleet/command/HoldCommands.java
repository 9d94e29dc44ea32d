package dev.deployctl.fleet.command;

import dev.deployctl.model.App;
import dev.deployctl.model.LockId;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Calls of the host script that hold a release beside the live one, promote it and abandon it. */
public final class HoldCommands {
  /** The shortest and the longest time that a host holds a release. */
  public static final Duration SHORTEST = Duration.ofMinutes(1);

  public static final Duration LONGEST = Duration.ofDays(7);

  private HoldCommands() {}

  /**
   * Returns the deploy that starts a release without switching to it.
   *
   * @param time how long the host holds it before it abandons it by itself
   */
  public static HostCommand holding(HostCommand deploy, Duration time, PreviewToken token) {
    return deploy.option("hold", time.toSeconds()).option("preview", token);
  }

  /** Removes a held release; a host that holds another one refuses. */
  public static HostCommand abandon(
      App app, @Nullable ReleaseId release, RolloutId rollout, LockId lock) {
    return HostCommand.change(app, HostCommand.Change.ABANDON, rollout, lock)
        .option("release", release);
  }

  /** Makes a held release live; a host that holds another one refuses. */
  public static HostCommand promote(
      App app, @Nullable ReleaseId release, RolloutId rollout, @Nullable LockId lock) {
    return HostCommand.of(HostVerb.PROMOTE, app)
        .option("rollout", rollout)
        .option("lock", lock)
        .option("release", release);
  }
}
