package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import java.util.List;

/** Runs commands on a host other than the host script, to install that script. */
public interface HostShell extends HostAgent {
  /**
   * Runs one command and waits for its end. No shell reads its arguments.
   *
   * @param input what it reads on its standard input
   */
  Output run(Host host, List<String> arguments, byte[] input)
      throws HostUnreachableException, ConnectionLostException, InterruptedException;

  /**
   * The end of a command.
   *
   * @param out the beginning of its standard output
   * @param err the end of its standard error, without control characters
   */
  record Output(int exit, String out, String err) {}
}
