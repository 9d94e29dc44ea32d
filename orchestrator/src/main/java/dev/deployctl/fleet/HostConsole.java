package dev.deployctl.fleet;

import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;

/** Connects the user's terminal with a command of the host script. */
public interface HostConsole extends AutoCloseable {
  /**
   * Runs a command with a terminal until it ends. Its output goes to the terminal as it is.
   *
   * @return the exit code of the command
   */
  int open(Host host, HostCommand command, LocalTerminal terminal)
      throws HostUnreachableException, ConnectionLostException, InterruptedException;

  @Override
  void close();
}
