package dev.deployctl.rollout;

import dev.deployctl.event.HostEvent;
import dev.deployctl.model.Host;
import java.util.function.Consumer;

/**
 * The host-side script of every host, reached somehow. Calls are blocking and may come from many
 * threads, one or several for the same host. Interrupting a calling thread ends the call at once;
 * what the host has begun it finishes by itself.
 */
public interface HostAgent extends AutoCloseable {
  /**
   * Runs one verb on one host and hands over each event as it arrives, in order, on the calling
   * thread.
   *
   * @return how the command ended, by the host's own word
   * @throws HostUnreachableException no connection could be made: the command was never started
   * @throws ConnectionLostException the connection broke off, or the command ended without a last
   *     word: the host may or may not have gone on, and its journal knows
   */
  HostReply call(Host host, HostCommand command, Consumer<HostEvent> events)
      throws HostUnreachableException, ConnectionLostException, InterruptedException;

  /** Closes every connection. Calls that still run end with {@link ConnectionLostException}. */
  @Override
  void close();
}
