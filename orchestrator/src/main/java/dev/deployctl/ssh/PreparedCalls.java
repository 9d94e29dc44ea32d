package dev.deployctl.ssh;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose script runs on the host already and waits for its start. The host has changed nothing
 * until then, and ends by itself if the start does not come. A call that could not be prepared, or
 * that has waited for too long, is made like any other.
 */
final class PreparedCalls implements AutoCloseable {
  /** Much shorter than hosts wait, so that none gives up while its start is on the way. */
  private static final Duration LIFE = Duration.ofSeconds(40);

  /** The longest time that a caller waits for a call that is still being prepared. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Starter starter;
  private final Set<Host> able = ConcurrentHashMap.newKeySet();
  private final Map<List<String>, CompletableFuture<Prepared>> waiting = new ConcurrentHashMap<>();
  private volatile boolean closed;

  PreparedCalls(Starter starter) {
    this.starter = starter;
  }

  /** Starts the script of a call, which then waits. */
  interface Starter {
    Prepared start(Host host, HostCommand command) throws Exception;
  }

  /**
   * A call that waits for its start.
   *
   * @param since when it was sent, as {@link System#nanoTime} tells it
   */
  record Prepared(Session session, RemoteCall call, long since) {
    private boolean isUsable() {
      return System.nanoTime() - since < LIFE.toNanos()
          && session.connection().alive()
          && !session.channel().hasEnded();
    }
  }

  private static List<String> key(Host host, HostCommand command) {
    return Stream.concat(Stream.of(host.id()), command.arguments().stream()).toList();
  }

  /** Learns which hosts can wait for a start. */
  void heard(Host host, HostEvent event) {
    if (event instanceof AnswerEvents.PreflightFinished told && told.standby()) {
      able.add(host);
    }
  }

  /** Prepares a call in the background, where the host can do that. */
  void prepare(Host host, HostCommand command) {
    CompletableFuture<Prepared> future = new CompletableFuture<>();
    if (able.contains(host)
        && !closed
        && waiting.putIfAbsent(key(host, command), future) == null) {
      begin(host, command, future);
    }
  }

  private void begin(Host host, HostCommand command, CompletableFuture<Prepared> future) {
    Thread.ofVirtual()
        .name("ssh-prepare")
        .start(
            () -> {
              try {
                Prepared prepared = starter.start(host, command);
                if (!future.complete(prepared)) {
                  prepared.session().close(); // nobody wants it any more
                }
              } catch (Exception failed) {
                future.completeExceptionally(failed);
              }
            });
  }

  /** Hands over a call that was prepared; null where there is none that can be used. */
  @Nullable Prepared take(Host host, HostCommand command) throws InterruptedException {
    CompletableFuture<Prepared> future = waiting.remove(key(host, command));
    if (future == null) {
      return null;
    }
    try {
      Prepared prepared = future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (prepared.isUsable()) {
        return prepared;
      }
      prepared.session().close();
    } catch (ExecutionException failed) {
      // The call that follows fails for the same reason, and tells it.
    } catch (TimeoutException | InterruptedException notYet) {
      discard(future);
      if (notYet instanceof InterruptedException interrupted) {
        throw interrupted;
      }
    }
    return null;
  }

  private static void discard(CompletableFuture<Prepared> future) {
    if (!future.cancel(false) && !future.isCompletedExceptionally()) {
      future.join().session().close();
    }
  }

  /** Ends all calls that still wait. */
  @Override
  public void close() {
    closed = true;
    waiting.values().forEach(PreparedCalls::discard);
    waiting.clear();
  }
}
