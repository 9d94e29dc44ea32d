package dev.deployctl.rollout.planning;

import dev.deployctl.fleet.command.FreezeCommands;
import dev.deployctl.fleet.command.HoldCommands;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.PreviewToken;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.Reason;
import dev.deployctl.model.RolloutId;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The action of a rollout on each host. */
public sealed interface RolloutAction {
  /**
   * One host's turn in a rollout.
   *
   * @param digest the image that all hosts get; null at a restart
   */
  record Turn(App app, Host host, ImageRef.@Nullable Digest digest, RolloutId id, LockId lock) {
    private ImageRef.Digest image() {
      return Objects.requireNonNull(digest);
    }
  }

  /** The question that a host is asked before anything is touched. */
  HostCommand preflight(App app);

  /** The change of one host. */
  HostCommand command(Turn turn);

  /** Returns whether a host that holds a release is ready all the same. */
  default boolean toleratesHeld() {
    return true;
  }

  /** Returns why the change goes through although deploys are frozen; null where it does not. */
  default @Nullable Reason emergency() {
    return null;
  }

  /** Returns the secret that lets requests reach a held release; null where none is held. */
  default @Nullable PreviewToken preview() {
    return null;
  }

  /**
   * Puts an image into service.
   *
   * @param force also where it is live already
   * @param emergency why it goes through although deploys are frozen, or null
   */
  record Deploy(ImageRef image, boolean force, @Nullable Reason emergency)
      implements RolloutAction {
    @Override
    public HostCommand preflight(App app) {
      return FreezeCommands.emergency(HostCommand.preflight(app, image), emergency);
    }

    @Override
    public HostCommand command(Turn turn) {
      ImageRef.Tag tag = image instanceof ImageRef.Tag named ? named : null;
      return FreezeCommands.emergency(
          HostCommand.deploy(turn.app(), turn.image(), tag, turn.id(), turn.lock(), force),
          emergency);
    }

    @Override
    public boolean toleratesHeld() {
      return force; // the host abandons what it holds
    }
  }

  /**
   * Starts an image beside the live one, and switches no host to it.
   *
   * @param time how long hosts hold it before they abandon it by themselves
   */
  record Hold(Deploy deploy, Duration time, PreviewToken preview) implements RolloutAction {
    @Override
    public HostCommand preflight(App app) {
      return deploy.preflight(app);
    }

    @Override
    public HostCommand command(Turn turn) {
      return HoldCommands.holding(deploy.command(turn), time, preview);
    }

    @Override
    public @Nullable Reason emergency() {
      return deploy.emergency();
    }

    @Override
    public boolean toleratesHeld() {
      return deploy.toleratesHeld();
    }
  }

  /** Makes a held release live on the hosts that hold it, and deploys its image on the others. */
  record Promote(HeldReleases held, @Nullable Reason emergency) implements RolloutAction {
    @Override
    public HostCommand preflight(App app) {
      return FreezeCommands.emergency(HostCommand.preflight(app, held.digest()), emergency);
    }

    @Override
    public HostCommand command(Turn turn) {
      return held.isOn(turn.host())
          ? FreezeCommands.emergency(
              HoldCommands.promote(turn.app(), held.release(turn.host()), turn.id(), turn.lock()),
              emergency)
          : withoutHeld(turn);
    }

    /** The change of a host that does not hold the release (any more). */
    public HostCommand withoutHeld(Turn turn) {
      return FreezeCommands.emergency(
          HostCommand.deploy(turn.app(), turn.image(), held.tag(), turn.id(), turn.lock(), false),
          emergency);
    }
  }

  /** Deploys the image that is live on each host once more, with its current environment. */
  record Restart() implements RolloutAction {
    @Override
    public HostCommand preflight(App app) {
      return HostCommand.preflight(app);
    }

    @Override
    public HostCommand command(Turn turn) {
      return HostCommand.restart(turn.app(), turn.id(), turn.lock());
    }
  }
}
