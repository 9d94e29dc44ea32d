package dev.deployctl.fleet.command;

import dev.deployctl.model.Reason;
import org.jspecify.annotations.Nullable;

/** Calls of the host script that go through although deploys are frozen. */
public final class FreezeCommands {
  private FreezeCommands() {}

  /**
   * Returns the command for an emergency, whose reason hosts record.
   *
   * @param command preflight, deploy, promote, or the release command
   * @param reason null where there is no emergency: then the command stays as it is
   */
  public static HostCommand emergency(HostCommand command, @Nullable Reason reason) {
    return command.option("emergency", reason);
  }
}
