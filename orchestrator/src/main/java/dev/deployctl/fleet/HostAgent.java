package dev.deployctl.fleet;

import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /**
   * Runs one verb as {@link #call} does, and takes nothing for a yes but the verb's own last event:
   * a command that ended with exit code 0 and without it is answered as an error of the host. Every
   * caller in this package asks this way.
   */
  default HostReply ask(Host host, HostCommand command, Consumer<HostEvent> events)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    AtomicBoolean answered = new AtomicBoolean();
    HostReply reply =
        call(
            host,
            command,
            event -> {
              if (command.isAnsweredBy(event)) {
                answered.set(true);
              }
              events.accept(event);
            });
    HostEvent last = reply.last();
    return reply.exit() != 0 || answered.get() || (last != null && command.isAnsweredBy(last))
        ? reply
        : reply.unanswered(command);
  }

  /**
   * Tells that this call is going to be made soon, so that the host may get everything ready for
   * it. Changes nothing, may do nothing, and returns at once.
   */
  default void prepare(Host host, HostCommand command) {}

  /** Closes every connection. Calls that still run end with {@link ConnectionLostException}. */
  @Override
  void close();
}
