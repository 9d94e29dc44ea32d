package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.knownhosts.HostKeyText;
import dev.deployctl.ssh.connect.ConnectFailedException.Retry;
import dev.deployctl.ssh.transport.Attempt;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import net.schmizz.sshj.common.SSHException;

/** Explains why a connection could not be made. */
final class ConnectFailures {
  /**
   * Messages of ssh and netcat for a connection dropped by the jump host, and of throttled APIs.
   */
  private static final Pattern DROPPED =
      Pattern.compile(
          "exchange_identification: |banner exchange: |Connection closed by|Connection reset by"
              + "|Exceeded MaxStartups|Not allowed at this time|Broken pipe"
              + "|ThrottlingException|TooManyRequests|Rate exceeded",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern FAILED_FOR_GOOD =
      Pattern.compile(
          "Permission denied|verification failed|open failed|authentication failures"
              + "|no matching |timed out|refused|resolve",
          Pattern.CASE_INSENSITIVE);

  private final ConnectionSettings settings;

  ConnectFailures(ConnectionSettings settings) {
    this.settings = settings;
  }

  /** Returns the failure of an attempt that took too long. */
  ConnectFailedException late(HostSettings host, Attempt attempt, Duration time, Exception cause) {
    Attempt.Stage stage = attempt.stage();
    return new ConnectFailedException(
        host.label()
            + ": no answer within "
            + seconds(time)
            + " "
            + stage.description()
            + remark(attempt),
        "check that the host is up and that its firewall lets you in; compare: " + byHand(host),
        stage == Attempt.Stage.CONNECT ? Retry.AS_CONFIGURED : Retry.NEVER,
        cause);
  }

  /** Returns the failure of an attempt that ended before its time was up. */
  ConnectFailedException early(HostSettings host, Attempt attempt, Exception cause) {
    if (cause instanceof UnknownHostException) {
      return new ConnectFailedException(
          host.label() + ": there is no host with the name " + host.hostName(),
          "check the name, or set its HostName in ssh_config",
          Retry.NEVER,
          cause);
    }
    Optional<ConnectFailedException> disagreement = Disagreement.of(host, cause, byHand(host));
    if (disagreement.isPresent()) {
      return disagreement.get();
    }
    boolean hungUp = attempt.stage() == Attempt.Stage.BANNER && cause instanceof SSHException;
    String remark = remark(attempt);
    boolean dropped = hungUp && attempt.remark().map(ConnectFailures::saysDropped).orElse(true);
    Retry retry =
        switch (attempt.stage()) {
          case CONNECT -> Retry.AS_CONFIGURED;
          case BANNER -> dropped ? Retry.AS_BUSY : Retry.NEVER;
          default -> Retry.NEVER;
        };
    String what =
        hungUp ? "the host closed the connection before the SSH banner" : rootMessage(cause);
    String hint = (dropped ? limit(host) : "") + "compare: " + byHand(host);
    return new ConnectFailedException(host.label() + ": " + what + remark, hint, retry, cause);
  }

  /** A ProxyCommand that reports anything else would fail again for the same reason. */
  private static boolean saysDropped(String remark) {
    return DROPPED.matcher(remark).find() && !FAILED_FOR_GOOD.matcher(remark).find();
  }

  private static String limit(HostSettings host) {
    return (host.proxyCommand().isPresent()
        ? "the jump host of the ProxyCommand probably limits the number of concurrent logins:"
            + " raise MaxStartups (by default 10:30:100) in its sshd_config, or use"
            + " ProxyJump, which logs in there once for all hosts; "
        : "sshd drops connections while there are too many concurrent logins: see MaxStartups"
            + " (by default 10:30:100), PerSourceMaxStartups and PerSourcePenalties in its"
            + " sshd_config; ");
  }

  /** The host's key is not trusted. */
  ConnectFailedException untrusted(HostSettings host, HostKeyGate.Seen seen) {
    return new ConnectFailedException(
        host.label() + ": " + HostKeyText.message(seen.verdict(), host.names(), seen.key()),
        HostKeyText.hint(seen.verdict(), host.names(), byHand(host)),
        Retry.NEVER,
        null);
  }

  private static String remark(Attempt attempt) {
    return attempt.remark().map(text -> " (" + text + ")").orElse("");
  }

  private static String rootMessage(Exception failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage();
    return text == null ? root.getClass().getSimpleName() : text;
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() / 1000.0 + " s";
  }

  /** Returns the ssh command that connects in the same way. */
  String byHand(HostSettings host) {
    StringBuilder command = new StringBuilder("ssh");
    settings.configFile().ifPresent(file -> command.append(" -F ").append(file));
    settings.port().ifPresent(port -> command.append(" -p ").append(port));
    settings.user().ifPresent(user -> command.append(" -l ").append(user));
    settings.options().forEach(line -> command.append(" -o '").append(line).append('\''));
    return command.append(' ').append(host.typed()).append(" true").toString();
  }
}
