package dev.deployctl.ssh.connect;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.JumpHosts;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import dev.deployctl.ssh.algorithms.Cryptography;
import dev.deployctl.ssh.connect.ConnectFailedException.Retry;
import dev.deployctl.ssh.transport.Attempt;
import dev.deployctl.ssh.transport.Deadline;
import dev.deployctl.ssh.transport.ProxyProcess;
import dev.deployctl.ssh.transport.Scheduler;
import dev.deployctl.ssh.transport.Sockets;
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

/** One shared connection for each host, made when it is first needed and again when it is lost. */
public final class Connections implements AutoCloseable {
  private final JumpGates gates = new JumpGates();
  private final Scheduler scheduler = new Scheduler();
  private final ConnectionSettings settings;
  private final SshConfig config;
  private final Connector connector;
  private final Map<SshConfigQuery, Entry> entries = new HashMap<>();
  private final List<Entry> extras = new ArrayList<>();
  private boolean closed;

  /** A connection that is open or being made. */
  private record Entry(CompletableFuture<SshConnection> connection, Attempt attempt) {
    boolean lost() {
      return connection.isDone()
          && (connection.isCompletedExceptionally() || !connection.join().alive());
    }
  }

  public Connections(ConnectionSettings settings) {
    Cryptography.prepare();
    this.settings = settings;
    config =
        settings
            .configFile()
            .map(file -> SshConfig.ofFile(file, settings.local()))
            .orElseGet(() -> SshConfig.ofUser(settings.local()));
    connector = new Connector(settings, scheduler);
  }

  /** Returns the query for the settings of a host. */
  public SshConfigQuery query(Host host) {
    return new SshConfigQuery(host.address(), settings.user(), settings.port(), settings.options());
  }

  /** Returns the connection to a host; waits until it is open. */
  public SshConnection get(SshConfigQuery query)
      throws ConnectFailedException, InterruptedException {
    return get(query, true);
  }

  private SshConnection get(SshConfigQuery query, boolean target)
      throws ConnectFailedException, InterruptedException {
    return await(query, entry(query, target));
  }

  private static SshConnection await(SshConfigQuery query, Entry entry)
      throws ConnectFailedException, InterruptedException {
    try {
      return entry.connection().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ConnectFailedException cause) {
        throw cause;
      }
      if (failed.getCause() instanceof DeployException cause) {
        throw new ConnectFailedException(
            query.host() + ": " + cause.getMessage(), cause.hint(), Retry.NEVER, cause);
      }
      throw new ConnectFailedException(
          query.host() + ": an internal error of deployctl: " + failed.getCause(),
          null,
          Retry.NEVER,
          failed);
    }
  }

  /**
   * Returns the verdict on a host's key. Makes a connection for it, and closes it before the login.
   */
  public HostKeyReport look(SshConfigQuery query)
      throws ConnectFailedException, InterruptedException {
    HostSettings host = Route.settings(config, query);
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

  /** Makes another connection to a host, which the caller closes by {@link #release}. */
  public SshConnection extra(SshConfigQuery query)
      throws ConnectFailedException, InterruptedException {
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
  public void release(SshConnection extra) {
    synchronized (this) {
      extras.removeIf(
          entry ->
              entry.connection().isDone()
                  && !entry.connection().isCompletedExceptionally()
                  && entry.connection().join().equals(extra));
    }
    Thread.ofVirtual().name("ssh-close").start(extra::close);
  }

  private synchronized Entry entry(SshConfigQuery query, boolean target)
      throws ConnectFailedException {
    if (closed) {
      throw new ConnectFailedException("deployctl is exiting", null, Retry.NEVER, null);
    }
    Entry known = entries.get(query);
    if (known != null && !known.lost()) {
      return known;
    }
    Entry entry = start(query, target);
    entries.put(query, entry);
    return entry;
  }

  private Entry start(SshConfigQuery query, boolean target) {
    CompletableFuture<SshConnection> future = new CompletableFuture<>();
    Attempt attempt = new Attempt();
    // A platform thread, because looking up a name would block the carrier of a virtual one.
    Thread.ofPlatform()
        .daemon()
        .name("ssh-connect-" + query.host())
        .start(
            () -> {
              try {
                HostSettings host = target ? Route.settings(config, query) : config.settings(query);
                SshConnection made = make(host, target, attempt);
                if (!future.complete(made)) {
                  made.close();
                }
              } catch (Exception | Error failed) {
                future.completeExceptionally(failed);
              }
            });
    return new Entry(future, attempt);
  }

  private SshConnection make(HostSettings host, boolean target, Attempt attempt)
      throws ConnectFailedException, InterruptedException {
    return retries(host, !target)
        .run(
            attempt,
            () -> connector.connect(host, (a, deadline) -> transport(host, a, deadline), attempt));
  }

  private Retries retries(HostSettings host, boolean hop) {
    return new Retries(host, hop, gates.of(host));
  }

  private Socket transport(HostSettings host, Attempt attempt, Deadline deadline)
      throws IOException, ConnectFailedException, InterruptedException {
    if (host.proxyCommand().isPresent()) {
      return ProxyProcess.start(host.proxyCommand().get(), attempt);
    }
    if (host.jump().isEmpty()) {
      return Sockets.connect(host, attempt);
    }
    JumpHosts jump = host.jump().get();
    attempt.at(Attempt.Stage.HOP);
    try (Deadline.Pause _ = deadline.pause()) { // the jump host has a deadline of its own
      SshConnection hop = get(Route.query(jump), false);
      return hop.tunnel(host.hostName(), host.port());
    } catch (ConnectFailedException closed) {
      throw new ConnectFailedException(
          host.label() + ": unreachable through " + jump.host() + ": " + closed.reason(),
          closed.hint(),
          Retry.NEVER,
          closed);
    } catch (OpenFailException refused) {
      throw new ConnectFailedException(
          host.label()
              + ": unreachable through "
              + jump.host()
              + ", which reports: "
              + refused.getMessage(),
          "check that the host is up, and that " + jump.host() + " can connect to it",
          Retry.NEVER,
          refused);
    }
  }

  /** Closes a connection that is not usable, so that the next caller gets a new one. */
  public synchronized void forget(SshConfigQuery query, SshConnection connection) {
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
    closeAll();
    scheduler.close();
  }

  private void closeAll() {
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
                  new ConnectFailedException("deployctl is exiting", null, Retry.NEVER, null));
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
