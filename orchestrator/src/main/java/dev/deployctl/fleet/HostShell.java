package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import java.util.List;

/** Commands on a host other than the host-side script: for putting that script there. */
public interface HostShell {
  /**
   * Runs one command, given as words, none of which a shell gets to read, and waits for its end.
   *
   * @param input what it reads on its standard input
   */
  Result run(Host host, List<String> words, byte[] input)
      throws HostUnreachableException, ConnectionLostException, InterruptedException;

  /**
   * How it ended.
   *
   * @param out the beginning of its standard output
   * @param err the end of its standard error, without control characters
   */
  record Result(int exit, String out, String err) {}
}
