package dev.deployctl.ssh;

import dev.deployctl.model.DeployException;
import dev.deployctl.openssh.HostSettings;
import dev.deployctl.openssh.JumpHosts;
import dev.deployctl.openssh.SshConfig;
import dev.deployctl.openssh.SshConfigQuery;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/** One connection a host, made when it is first needed, shared, and made again when it is gone. */
final class Connections implements AutoCloseable {
  private static final int MOST_HOPS = 8;
  private static final int TRIES = 5;
  private static final int FIRST_WAIT_MILLIS = 150;

  private final SshConfig config;
  private final Connector connector;
  private final Map<SshConfigQuery, Entry> entries = new HashMap<>();
  private boolean closed;

  /** A connection that is there or to come. */
  private record Entry(CompletableFuture<SshConnection> connection, Attempt attempt) {
    boolean gone() {
      return connection.isDone()
          && (connection.isCompletedExceptionally() || !connection.join().alive());
    }
  }

  Connections(SshConfig config, Connector connector) {
    this.config = config;
    this.connector = connector;
  }

  /** The connection to a host; waits for it if need be. */
  SshConnection get(SshConfigQuery query) throws ConnectException, InterruptedException {
    return get(query, true, 0);
  }

  private SshConnection get(SshConfigQuery query, boolean target, int hops)
      throws ConnectException, InterruptedException {
    Entry entry = entry(query, target, hops);
    try {
      return entry.connection().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ConnectException cause) {
        throw cause;
      }
      if (failed.getCause() instanceof DeployException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  private synchronized Entry entry(SshConfigQuery query, boolean target, int hops)
      throws ConnectException {
    if (closed) {
      throw new ConnectException("the program is about to end", null, false, null);
    }
    Entry known = entries.get(query);
    if (known != null && !known.gone()) {
      return known;
    }
    CompletableFuture<SshConnection> future = new CompletableFuture<>();
    Attempt attempt = new Attempt();
    Entry entry = new Entry(future, attempt);
    entries.put(query, entry);
    Thread.ofVirtual()
        .name("ssh-connect-" + query.host())
        .start(
            () -> {
              try {
                SshConnection made = make(query, target, hops, attempt);
                if (!future.complete(made)) {
                  made.close();
                }
              } catch (Exception | Error failed) {
                future.completeExceptionally(failed);
              }
            });
    return entry;
  }

  private SshConnection make(SshConfigQuery query, boolean target, int hops, Attempt attempt)
      throws ConnectException, InterruptedException {
    HostSettings host = config.settings(query);
    for (int turn = 1; ; turn++) {
      try {
        return connector.connect(host, a -> transport(host, hops, a), target, attempt);
      } catch (ConnectException failed) {
        if (!failed.worthRetrying() || turn == TRIES) {
          throw failed;
        }
        // A busy sshd turns connections away at random; all at once again would not help.
        long most = (long) FIRST_WAIT_MILLIS << turn;
        Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
      }
    }
  }

  private Socket transport(HostSettings host, int hops, Attempt attempt)
      throws IOException, ConnectException {
    if (host.proxyCommand().isPresent()) {
      return ProxyProcess.start(host.proxyCommand().get());
    }
    if (host.jump().isEmpty()) {
      return Connector.direct(host, attempt);
    }
    if (hops == MOST_HOPS) {
      throw new ConnectException(
          host.typed() + ": more than " + MOST_HOPS + " hops, one through the other",
          "look for a loop of ProxyJump in ssh_config",
          false,
          null);
    }
    attempt.at(Attempt.Stage.HOP);
    JumpHosts jump = host.jump().get();
    SshConfigQuery query =
        new SshConfigQuery(
            jump.host(),
            jump.user(),
            jump.port(),
            jump.before().map(before -> List.of("ProxyJump " + before)).orElse(List.of()));
    SshConnection hop;
    try {
      hop = get(query, false, hops + 1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    attempt.at(Attempt.Stage.CONNECT);
    return hop.tunnel(host.hostName(), host.port());
  }

  /** Forgets a connection that has turned out to be of no use. */
  synchronized void forget(SshConfigQuery query, SshConnection connection) {
    Entry entry = entries.get(query);
    if (entry != null
        && entry.connection().isDone()
        && !entry.connection().isCompletedExceptionally()
        && entry.connection().join() == connection) {
      entries.remove(query);
    }
    Thread.ofVirtual().name("ssh-close").start(connection::close);
  }

  @Override
  public void close() {
    List<Entry> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(entries.values());
      entries.clear();
    }
    for (Entry entry : all) {
      boolean pending =
          entry
              .connection()
              .completeExceptionally(
                  new ConnectException("the program is about to end", null, false, null));
      if (pending) {
        entry.attempt().end();
      }
    }
    List<Thread> closing = new ArrayList<>();
    for (Entry entry : all) {
      Optional.of(entry.connection())
          .filter(future -> !future.isCompletedExceptionally())
          .ifPresent(
              future ->
                  closing.add(
                      Thread.ofVirtual().name("ssh-close").start(() -> future.join().close())));
    }
    for (Thread thread : closing) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
