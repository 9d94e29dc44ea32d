package dev.deployctl.bootstrap;

import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.List;

/** Runs commands as root on one host, by the operator's own sudo rule. */
final class RootShell {
  private static final byte[] NOTHING = {};

  private final HostShell shell;
  private final Host host;

  RootShell(HostShell shell, Host host) {
    this.shell = shell;
    this.host = host;
  }

  HostShell.Output run(String... arguments)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    return run(NOTHING, List.of(arguments));
  }

  /**
   * Runs a command and waits for its end.
   *
   * @param input what it reads on its standard input
   */
  HostShell.Output run(byte[] input, List<String> arguments)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sudo", "-n"));
    command.addAll(arguments);
    return shell.run(host, command, input);
  }

  /** Returns what a command that failed said about it. */
  static String reason(HostShell.Output output) {
    String text = output.err().isBlank() ? output.out() : output.err();
    if (text.isBlank()) {
      return output.exit() == 0
          ? "it gave no answer; the login shell may end before the command runs"
          : "it gave no reason";
    }
    return text.strip();
  }
}
