package dev.deployctl.cli.ports;

import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LocalTerminal;
import org.jspecify.annotations.Nullable;

/** The process and the account that the program runs in. */
public interface Workstation {
  /** Returns who this is, for locks and messages: {@code alice@laptop}. */
  String identity();

  /** Returns an environment variable, or null. */
  @Nullable String variable(String name);

  /** Logs the program's own steps to standard error from now on. */
  void logVerbosely();

  /** Hands the user's terminal over, until it is closed. */
  LocalTerminal rawTerminal();

  /** Asks the user for a secret without echo; null where none is given. */
  @Nullable String secret(String question);

  /** Returns all of standard input, or a part that is longer than this limit. */
  byte[] input(int limit);

  /** Returns the host script that belongs to this program. */
  Bootstrap.Packaged hostScript();

  /**
   * Handles Ctrl-C while a rollout runs: the first one asks the rollout to stop, the second one
   * ends the program at once. TERM from CI and HUP from a closing terminal count as a first one.
   *
   * @param first what else to do on the first one, such as to tell the user
   */
  InterruptWatch watchInterrupts(Interruption interruption, Runnable first);

  /** Restores the handling of signals when it is closed. */
  interface InterruptWatch extends AutoCloseable {
    @Override
    void close();
  }
}
