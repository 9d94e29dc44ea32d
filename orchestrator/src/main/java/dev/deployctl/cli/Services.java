package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.rollout.HostAgent;
import dev.deployctl.rollout.Interruption;
import dev.deployctl.rollout.Inventory;
import dev.deployctl.rollout.Timeline;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What commands need of the world. The wiring gives the real one, tests give others. */
public interface Services {
  /**
   * Reads the developer's file.
   *
   * @param file the file, or null to look for it
   * @param environment the overlay to lay over it, or null
   */
  DeployConfig config(@Nullable Path file, @Nullable String environment);

  Inventory inventory(InventorySettings settings);

  /** Opens no connection yet; the caller closes it. */
  HostAgent agent(SshSettings settings);

  Timeline timeline();

  /**
   * Takes Ctrl-C over while a rollout runs: the first asks the rollout to stop, the second leaves
   * at once.
   *
   * @param first what else the first one does, such as telling the user
   */
  InterruptWatch watchInterrupts(Interruption interruption, Runnable first);

  /** Who this is, for locks and messages: {@code alice@laptop}. */
  String identity();

  /** An environment variable of the workstation. */
  @Nullable String variable(String name);

  /** Until it is closed, Ctrl-C is the rollout's. */
  interface InterruptWatch extends AutoCloseable {
    @Override
    void close();
  }
}
