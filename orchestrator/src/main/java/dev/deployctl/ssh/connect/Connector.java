package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.knownhosts.HostKeyPolicy;
import dev.deployctl.openssh.knownhosts.HostKeyText;
import dev.deployctl.openssh.knownhosts.HostKeyVerdict;
import dev.deployctl.ssh.auth.KeyRing;
import dev.deployctl.ssh.auth.Login;
import dev.deployctl.ssh.auth.LoginFailedException;
import dev.deployctl.ssh.transport.Attempt;
import dev.deployctl.ssh.transport.Deadline;
import dev.deployctl.ssh.transport.Scheduler;
import dev.deployctl.ssh.transport.Sockets;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import net.schmizz.sshj.SSHClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one connection to one host, or only checks whether its key is trusted. */
final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger("dev.deployctl.ssh");

  private final Scheduler scheduler;
  private final KnownHostsCache knownHosts = new KnownHostsCache();
  private final ConnectFailures failures;
  private final Handshake handshake;
  private final Login login;

  /** Notes about ssh_config that are logged, each once for all hosts. */
  private final Set<String> notes = ConcurrentHashMap.newKeySet();

  Connector(ConnectionSettings settings, Scheduler scheduler) {
    this.scheduler = scheduler;
    failures = new ConnectFailures(settings);
    handshake = new Handshake(scheduler, failures, settings.connectTimeout());
    login = new Login(new KeyRing(settings.passphrases()));
  }

  /** Connects and logs in. */
  SshConnection connect(HostSettings host, Handshake.Transport transport, Attempt attempt)
      throws ConnectFailedException, InterruptedException {
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
                logIn(client, host, deadline);
                if (deadline.isOver()) {
                  throw new IOException("the deadline has passed");
                }
                return new SshConnection(host, client, socket, scheduler);
              });
      LOG.debug("{}: connected in {} ms", host.typed(), (System.nanoTime() - start) / 1_000_000);
      return connection;
    } catch (Handshake.Untrusted refused) {
      throw failures.untrusted(host, refused.seen());
    }
  }

  private void logIn(SSHClient client, HostSettings host, Deadline deadline)
      throws IOException, ConnectFailedException {
    try {
      login.run(client, host, failures.byHand(host), deadline);
    } catch (LoginFailedException failed) {
      throw new ConnectFailedException(
          failed.reason(), failed.hint(), ConnectFailedException.Retry.NEVER, failed);
    }
  }

  /** Returns the verdict on the key that the host offers. Does not log in or record the key. */
  HostKeyReport look(HostSettings host, Handshake.Transport transport, Attempt attempt)
      throws ConnectFailedException, InterruptedException {
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
      throws ConnectFailedException, Handshake.Untrusted, InterruptedException {
    return handshake.run(host, transport, policy.likelyTypes(), judge, attempt, next);
  }
}
