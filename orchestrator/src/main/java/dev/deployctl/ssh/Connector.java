package dev.deployctl.ssh;

import dev.deployctl.openssh.AlgorithmChoice;
import dev.deployctl.openssh.HostKeyPolicy;
import dev.deployctl.openssh.HostKeyText;
import dev.deployctl.openssh.HostKeyVerdict;
import dev.deployctl.openssh.HostSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.userauth.UserAuthException;

/** Makes one connection: transport, key exchange, host key, login, all under one time-out. */
final class Connector {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);
  private static final List<String> SIGNATURES =
      List.of(
          "ssh-ed25519-cert-v01@openssh.com",
          "ecdsa-sha2-nistp256-cert-v01@openssh.com",
          "ecdsa-sha2-nistp384-cert-v01@openssh.com",
          "ecdsa-sha2-nistp521-cert-v01@openssh.com",
          "sk-ssh-ed25519-cert-v01@openssh.com",
          "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
          "rsa-sha2-512-cert-v01@openssh.com",
          "rsa-sha2-256-cert-v01@openssh.com",
          "ssh-ed25519",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "sk-ssh-ed25519@openssh.com",
          "sk-ecdsa-sha2-nistp256@openssh.com",
          "rsa-sha2-512",
          "rsa-sha2-256");

  /** Makes the transport of a connection. */
  @FunctionalInterface
  interface Transport {
    Socket open(Attempt attempt, Deadline deadline)
        throws IOException, ConnectException, InterruptedException;
  }

  private final SshSettings settings;
  private final Clock clock;
  private final KeyRing keyRing;
  private final KnownHostsCache knownHosts;

  Connector(SshSettings settings, Clock clock, KeyRing keyRing, KnownHostsCache knownHosts) {
    this.settings = settings;
    this.clock = clock;
    this.keyRing = keyRing;
    this.knownHosts = knownHosts;
  }

  /**
   * @param target whether this is the host itself and not a hop before it
   */
  SshConnection connect(HostSettings host, Transport transport, boolean target, Attempt attempt)
      throws ConnectException, InterruptedException {
    HostKeyPolicy keys = new HostKeyPolicy(host, knownHosts.of(host));
    List<String> types = keys.likelyTypes();
    try {
      return connect(host, transport, target, keys, types, attempt);
    } catch (RefusedKey refused) {
      if (refused.verdict() instanceof HostKeyVerdict.Changed changed
          && !types.containsAll(changed.types())) {
        // The host may well have the key it is known by, beside the one it has shown.
        try {
          return connect(host, transport, target, keys, changed.types(), attempt);
        } catch (RefusedKey again) {
          throw again.explained(host, byHand(host));
        }
      }
      throw refused.explained(host, byHand(host));
    }
  }

  private SshConnection connect(
      HostSettings host,
      Transport transport,
      boolean target,
      HostKeyPolicy policy,
      List<String> types,
      Attempt attempt)
      throws ConnectException, RefusedKey, InterruptedException {
    Duration time = settings.connectTimeout().or(host::connectTimeout).orElse(DEFAULT_TIMEOUT);
    HostKeyOffer offer = new HostKeyOffer();
    HostKeyGate gate = new HostKeyGate(offer, policy::judge);
    SSHClient client = new SSHClient(Negotiation.config(host, types, offer));
    boolean done = false;
    Socket socket = null;
    try (Deadline deadline = new Deadline(clock, time, attempt::end)) {
      try {
        socket = transport.open(attempt, deadline);
        Socket open = socket;
        attempt.opened(open);
        attempt.at(Attempt.Stage.BANNER);
        client.setSocketFactory(new OneSocket(open));
        client.addHostKeyVerifier(gate);
        int patience = Math.toIntExact(time.toMillis()) + 1000;
        client.getTransport().setTimeoutMs(patience);
        client.connect(host.hostName(), host.port());
        attempt.at(Attempt.Stage.LOGIN);
        login(client, host, target, deadline);
        client.getConnection().setTimeoutMs(patience);
        if (deadline.isOver()) {
          throw new IOException("too late");
        }
        done = true;
        return new SshConnection(host, client, open, clock);
      } catch (IOException | RuntimeException failed) {
        if (attempt.stage() == Attempt.Stage.BANNER && saidHello(client)) {
          attempt.at(Attempt.Stage.KEY_EXCHANGE);
        }
        Optional<HostKeyGate.Refusal> refusal = gate.refusal();
        if (refusal.isPresent()) {
          throw new RefusedKey(refusal.get());
        }
        throw explain(host, attempt, deadline, time, failed);
      }
    } finally {
      if (!done) {
        if (socket != null) {
          Sockets.close(socket);
        }
        client.getTransport().disconnect();
      }
    }
  }

  private static boolean saidHello(SSHClient client) {
    try {
      return client.getTransport().getServerVersion() != null;
    } catch (StringIndexOutOfBoundsException cutShort) {
      return false; // the library takes its prefix off an empty line
    }
  }

  private void login(SSHClient client, HostSettings host, boolean target, Deadline deadline)
      throws IOException, ConnectException {
    List<String> accepted =
        AlgorithmChoice.of(
            host.algorithms().getOrDefault("pubkeyacceptedalgorithms", ""), SIGNATURES);
    KeyRing.Selection selection;
    try (Deadline.Pause _ = deadline.pause()) { // a passphrase may be asked for
      selection = keyRing.select(host, target ? settings.identity() : Optional.empty());
    }
    PublicKeyLogin login = new PublicKeyLogin(selection.identities(), accepted, deadline);
    LoginFailure failure = new LoginFailure(host, selection, login, byHand(host));
    if (!host.publicKeyAllowed()) {
      throw failure.notAllowed();
    }
    if (login.isEmpty()) {
      throw failure.noKey();
    }
    try {
      client
          .getTransport()
          .setTimeoutMs(
              (int) TimeUnit.HOURS.toMillis(1)); // the deadline rules, and may stand still
      client.auth(host.user(), login);
      client.getTransport().setTimeoutMs((int) TimeUnit.SECONDS.toMillis(30));
    } catch (UserAuthException refused) {
      if (deadline.isOver() || !client.getTransport().isRunning()) {
        throw refused;
      }
      throw failure.refused(client.getUserAuth(), refused);
    }
  }

  private ConnectException explain(
      HostSettings host, Attempt attempt, Deadline deadline, Duration time, Exception failed) {
    String to = who(host) + ": ";
    String remark = attempt.remark().map(text -> " (" + text + ")").orElse("");
    if (deadline.isOver()) {
      return new ConnectException(
          to + "no answer within " + seconds(time) + " " + attempt.stage().words() + remark,
          "is the host up, and its firewall open for you? Compare: " + byHand(host),
          false,
          failed);
    }
    if (failed instanceof UnknownHostException) {
      return new ConnectException(
          to + "there is no host of the name " + host.hostName(),
          "check the name, or give it a HostName in ssh_config",
          false,
          failed);
    }
    boolean early = attempt.stage() == Attempt.Stage.BANNER && failed instanceof SSHException;
    String what = early ? "it hung up before it said hello" : said(failed);
    return new ConnectException(
        to + what + remark, "compare: " + byHand(host), early && remark.isEmpty(), failed);
  }

  /** Who wants to be where. */
  static String who(HostSettings host) {
    return host.user() + "@" + address(host);
  }

  private static String said(Exception failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage();
    return text == null ? root.getClass().getSimpleName() : text;
  }

  static String address(HostSettings host) {
    String name =
        host.typed().equals(host.hostName())
            ? host.hostName()
            : host.typed() + " (" + host.hostName() + ")";
    return host.port() == 22 ? name : name + " port " + host.port();
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() / 1000.0 + " s";
  }

  /** The command that does the same by hand. */
  String byHand(HostSettings host) {
    StringBuilder command = new StringBuilder("ssh");
    settings.configFile().ifPresent(file -> command.append(" -F ").append(file));
    settings.identity().ifPresent(file -> command.append(" -i ").append(file));
    settings.port().ifPresent(port -> command.append(" -p ").append(port));
    settings.user().ifPresent(user -> command.append(" -l ").append(user));
    return command.append(' ').append(host.typed()).append(" true").toString();
  }

  /** Transport by TCP. */
  static Socket direct(HostSettings host, Attempt attempt) throws IOException {
    attempt.at(Attempt.Stage.RESOLVE);
    List<InetAddress> addresses = Sockets.resolve(host);
    attempt.at(Attempt.Stage.CONNECT);
    IOException last = new IOException("no address");
    for (InetAddress address : addresses) {
      try {
        return Sockets.connect(host, address, attempt::opened);
      } catch (IOException failed) {
        last = failed;
      }
    }
    throw last;
  }

  /** The host has shown a key that is not trusted. */
  private static final class RefusedKey extends Exception {
    private final transient HostKeyGate.Refusal refusal;

    RefusedKey(HostKeyGate.Refusal refusal) {
      super("host key");
      this.refusal = refusal;
    }

    HostKeyVerdict verdict() {
      return refusal.verdict();
    }

    ConnectException explained(HostSettings host, String byHand) {
      return new ConnectException(
          host.user()
              + "@"
              + address(host)
              + ": "
              + HostKeyText.message(refusal.verdict(), host.names(), refusal.key()),
          HostKeyText.hint(refusal.verdict(), host.names(), byHand),
          false,
          null);
    }
  }
}
