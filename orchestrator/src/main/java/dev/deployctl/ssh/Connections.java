package dev.deployctl.ssh;

import dev.deployctl.model.DeployException;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.JumpHosts;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import dev.deployctl.ssh.ConnectException.Retry;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import net.schmizz.sshj.connection.channel.OpenFailException;

/** One connection a host, made when it is first needed, shared, and made again when it is gone. */
final class Connections implements AutoCloseable {
  private final JumpGates gates = new JumpGates();
  private final SshConfig config;
  private final Connector connector;
  private final Map<SshConfigQuery, Entry> entries = new HashMap<>();
  private final List<Entry> extras = new ArrayList<>();
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
    return get(query, true);
  }

  private SshConnection get(SshConfigQuery query, boolean target)
      throws ConnectException, InterruptedException {
    return await(query, entry(query, target));
  }

  private static SshConnection await(SshConfigQuery query, Entry entry)
      throws ConnectException, InterruptedException {
    try {
      return entry.connection().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ConnectException cause) {
        throw cause;
      }
      if (failed.getCause() instanceof DeployException cause) {
        throw new ConnectException(
            query.host() + ": " + cause.getMessage(), cause.hint(), Retry.NEVER, cause);
      }
      throw new ConnectException(
          query.host() + ": a defect of deployctl: " + failed.getCause(),
          null,
          Retry.NEVER,
          failed);
    }
  }

  /** Complains of what is wrong in ssh_config for a host. */
  void check(SshConfigQuery query) {
    config.settings(query);
  }

  /** What is thought of a host's key; connects anew, and leaves before the login. */
  HostKeyReport look(SshConfigQuery query) throws ConnectException, InterruptedException {
    Route.check(config, query);
    HostSettings host = config.settings(query);
    Attempt attempt = new Attempt();
    try {
      return retries(host, false)
          .run(
              attempt,
              () -> connector.look(host, (a, deadline) -> transport(host, a, deadline), attempt));
    } finally {
      attempt.end();
    }
  }

  /** One more connection to a host, for a single user, who closes it by {@link #release}. */
  SshConnection extra(SshConfigQuery query) throws ConnectException, InterruptedException {
    Entry entry = start(query, true);
    synchronized (this) {
      extras.add(entry);
    }
    try {
      return await(query, entry);
    } finally {
      if (!entry.connection().isDone() || entry.connection().isCompletedExceptionally()) {
        entry.attempt().end();
      }
    }
  }

  /** Closes an extra connection. */
  void release(SshConnection extra) {
    synchronized (this) {
      extras.removeIf(
          entry ->
              entry.connection().isDone()
                  && !entry.connection().isCompletedExceptionally()
                  && entry.connection().join().equals(extra));
    }
    Thread.ofVirtual().name("ssh-close").start(extra::close);
  }

  private synchronized Entry entry(SshConfigQuery query, boolean target) throws ConnectException {
    if (closed) {
      throw new ConnectException("the program is about to end", null, Retry.NEVER, null);
    }
    Entry known = entries.get(query);
    if (known != null && !known.gone()) {
      return known;
    }
    Entry entry = start(query, target);
    entries.put(query, entry);
    return entry;
  }

  private Entry start(SshConfigQuery query, boolean target) {
    CompletableFuture<SshConnection> future = new CompletableFuture<>();
    Attempt attempt = new Attempt();
    // A platform thread: looking up a name holds its carrier, and two cores have but two of those.
    Thread.ofPlatform()
        .daemon()
        .name("ssh-connect-" + query.host())
        .start(
            () -> {
              try {
                if (target) {
                  Route.check(config, query);
                }
                SshConnection made = make(query, target, attempt);
                if (!future.complete(made)) {
                  made.close();
                }
              } catch (Exception | Error failed) {
                future.completeExceptionally(failed);
              }
            });
    return new Entry(future, attempt);
  }

  private SshConnection make(SshConfigQuery query, boolean target, Attempt attempt)
      throws ConnectException, InterruptedException {
    HostSettings host = config.settings(query);
    return retries(host, !target)
        .run(
            attempt,
            () ->
                connector.connect(
                    host, (a, deadline) -> transport(host, a, deadline), target, attempt));
  }

  private Retries retries(HostSettings host, boolean hop) {
    return new Retries(host, hop, gates.of(host));
  }

  private Socket transport(HostSettings host, Attempt attempt, Deadline deadline)
      throws IOException, ConnectException, InterruptedException {
    if (host.proxyCommand().isPresent()) {
      return ProxyProcess.start(host.proxyCommand().get(), attempt);
    }
    if (host.jump().isEmpty()) {
      return Sockets.connect(host, attempt);
    }
    JumpHosts jump = host.jump().get();
    attempt.at(Attempt.Stage.HOP);
    try (Deadline.Pause _ = deadline.pause()) { // the hop has a deadline of its own
      SshConnection hop = get(Route.query(jump), false);
      return hop.tunnel(host.hostName(), host.port());
    } catch (ConnectException closed) {
      throw new ConnectException(
          ConnectFailures.who(host) + ": not reached through " + jump.host() + ": " + closed.text(),
          closed.hint(),
          Retry.NEVER,
          closed);
    } catch (OpenFailException refused) {
      throw new ConnectException(
          ConnectFailures.who(host)
              + ": not reached through "
              + jump.host()
              + ", which says: "
              + refused.getMessage(),
          "is the host up, and open for " + jump.host() + "?",
          Retry.NEVER,
          refused);
    }
  }

  /** Forgets a connection that has turned out to be of no use. */
  synchronized void forget(SshConfigQuery query, SshConnection connection) {
    Entry entry = entries.get(query);
    if (entry != null
        && entry.connection().isDone()
        && !entry.connection().isCompletedExceptionally()
        && entry.connection().join().equals(connection)) {
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
      all.addAll(extras);
      entries.clear();
      extras.clear();
    }
    for (Entry entry : all) {
      boolean pending =
          entry
              .connection()
              .completeExceptionally(
                  new ConnectException("the program is about to end", null, Retry.NEVER, null));
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
