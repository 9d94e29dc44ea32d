package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.knownhosts.HostKeyPolicy;
import dev.deployctl.openssh.knownhosts.HostKeyText;
import dev.deployctl.openssh.knownhosts.HostKeyVerdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one connection to one host, or finds out no more than whether its key is trusted. */
final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger("dev.deployctl.ssh");

  private final Clock clock;
  private final KnownHostsCache knownHosts = new KnownHostsCache();
  private final ConnectFailures failures;
  private final Handshake handshake;
  private final Login login;
  private final List<Path> identities;

  /** Notes about ssh_config that are logged, each once for all hosts. */
  private final Set<String> notes = ConcurrentHashMap.newKeySet();

  Connector(SshSettings settings, Clock clock) {
    this.clock = clock;
    failures = new ConnectFailures(settings);
    handshake = new Handshake(clock, failures, settings.connectTimeout());
    login = new Login(new KeyRing(settings.passphrases()), failures);
    identities = settings.identities();
  }

  /**
   * Connects and logs in.
   *
   * @param target whether this is the host itself and not a hop before it
   */
  SshConnection connect(
      HostSettings host, Handshake.Transport transport, boolean target, Attempt attempt)
      throws ConnectException, InterruptedException {
    long start = System.nanoTime();
    host.notes().stream().filter(notes::add).forEach(LOG::debug);
    HostKeyPolicy policy = new HostKeyPolicy(host, knownHosts.of(host));
    try {
      SshConnection connection =
          verified(
              host,
              transport,
              policy,
              policy::judge,
              attempt,
              (client, socket, deadline) -> {
                attempt.at(Attempt.Stage.LOGIN);
                login.run(client, host, target ? identities : List.of(), deadline);
                if (deadline.isOver()) {
                  throw new IOException("too late");
                }
                return new SshConnection(host, client, socket, clock);
              });
      LOG.debug("{}: connected in {} ms", host.typed(), (System.nanoTime() - start) / 1_000_000);
      return connection;
    } catch (Handshake.Untrusted refused) {
      throw failures.untrusted(host, refused.seen());
    }
  }

  /** Sees which key the host offers and what the verdict is, and leaves. Remembers nothing. */
  HostKeyReport look(HostSettings host, Handshake.Transport transport, Attempt attempt)
      throws ConnectException, InterruptedException {
    HostKeyPolicy policy = new HostKeyPolicy(host, knownHosts.of(host));
    AtomicReference<HostKeyGate.Seen> seen = new AtomicReference<>();
    try {
      return verified(
          host,
          transport,
          policy,
          key -> {
            HostKeyVerdict verdict = policy.look(key);
            seen.set(new HostKeyGate.Seen(key, verdict));
            return verdict;
          },
          attempt,
          (client, socket, deadline) -> {
            client.getTransport().disconnect();
            Sockets.close(socket);
            return report(host, seen.get());
          });
    } catch (Handshake.Untrusted refused) {
      return report(host, refused.seen());
    }
  }

  private HostKeyReport report(HostSettings host, HostKeyGate.Seen seen) {
    return new HostKeyReport(
        seen.verdict().trusted(),
        HostKeyText.message(seen.verdict(), host.names(), seen.key()),
        HostKeyText.hint(seen.verdict(), host.names(), failures.byHand(host)));
  }

  private <T> T verified(
      HostSettings host,
      Handshake.Transport transport,
      HostKeyPolicy policy,
      HostKeyGate.Judge judge,
      Attempt attempt,
      Handshake.Next<T> next)
      throws ConnectException, Handshake.Untrusted, InterruptedException {
    return handshake.run(host, transport, policy.likelyTypes(), judge, attempt, next);
  }
}
