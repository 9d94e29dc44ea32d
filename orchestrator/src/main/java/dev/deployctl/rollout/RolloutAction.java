package dev.deployctl.rollout;

import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.LockId;
import dev.deployctl.model.RolloutId;

/** The action of a rollout on each host. */
public sealed interface RolloutAction {
  /** The question that a host is asked before anything is touched. */
  HostCommand preflight(App app);

  /**
   * Puts an image into service.
   *
   * @param force also where it is live already
   */
  record Deploy(ImageRef image, boolean force) implements RolloutAction {
    @Override
    public HostCommand preflight(App app) {
      return HostCommand.preflight(app, image);
    }

    /** The change of one host. */
    HostCommand command(App app, ImageRef.Digest digest, RolloutId id, LockId lock) {
      ImageRef.Tag tag = image instanceof ImageRef.Tag named ? named : null;
      return HostCommand.deploy(app, digest, tag, id, lock, force);
    }
  }

  /** Deploys the image that is live on each host once more, with its current environment. */
  record Restart() implements RolloutAction {
    @Override
    public HostCommand preflight(App app) {
      return HostCommand.preflight(app);
    }

    /** The change of one host. */
    HostCommand command(App app, RolloutId id, LockId lock) {
      return HostCommand.restart(app, id, lock);
    }
  }
}
