package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.knownhosts.HostKeyText;
import dev.deployctl.ssh.ConnectException.Retry;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import net.schmizz.sshj.common.SSHException;

/** Puts into words why a connection did not come about. */
final class ConnectFailures {
  private static final int USUAL_PORT = 22;

  /** Words of ssh and netcat for a connection dropped by the jump host, and of throttled APIs. */
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

  private final SshSettings settings;

  ConnectFailures(SshSettings settings) {
    this.settings = settings;
  }

  /** Time was up. */
  ConnectException late(HostSettings host, Attempt attempt, Duration time, Exception cause) {
    Attempt.Stage stage = attempt.stage();
    return new ConnectException(
        who(host) + ": no answer within " + seconds(time) + " " + stage.words() + remark(attempt),
        "is the host up, and its firewall open for you? Compare: " + byHand(host),
        stage == Attempt.Stage.CONNECT ? Retry.AS_CONFIGURED : Retry.NEVER,
        cause);
  }

  /** Something went wrong before that. */
  ConnectException early(HostSettings host, Attempt attempt, Exception cause) {
    if (cause instanceof UnknownHostException) {
      return new ConnectException(
          who(host) + ": there is no host of the name " + host.hostName(),
          "check the name, or give it a HostName in ssh_config",
          Retry.NEVER,
          cause);
    }
    Optional<ConnectException> disagreement = Disagreement.of(host, cause, byHand(host));
    if (disagreement.isPresent()) {
      return disagreement.get();
    }
    boolean hungUp = attempt.stage() == Attempt.Stage.BANNER && cause instanceof SSHException;
    String remark = remark(attempt);
    boolean dropped = hungUp && attempt.remark().map(ConnectFailures::tellsOfADrop).orElse(true);
    Retry retry =
        switch (attempt.stage()) {
          case CONNECT -> Retry.AS_CONFIGURED;
          case BANNER -> dropped ? Retry.AS_BUSY : Retry.NEVER;
          default -> Retry.NEVER;
        };
    String what = hungUp ? "it hung up before it said hello" : said(cause);
    String hint = (dropped ? limit(host) : "") + "compare: " + byHand(host);
    return new ConnectException(who(host) + ": " + what + remark, hint, retry, cause);
  }

  /** A ProxyCommand that tells of anything else would fail again for the same reason. */
  private static boolean tellsOfADrop(String remark) {
    return DROPPED.matcher(remark).find() && !FAILED_FOR_GOOD.matcher(remark).find();
  }

  private static String limit(HostSettings host) {
    return (host.proxyCommand().isPresent()
        ? "the jump host of the ProxyCommand probably limits how many logins may be under way"
            + " at once: raise MaxStartups (by default 10:30:100) in its sshd_config, or use"
            + " ProxyJump, which logs in there once for all hosts; "
        : "sshd drops connections while too many logins are under way at once: see MaxStartups"
            + " (by default 10:30:100), PerSourceMaxStartups and PerSourcePenalties in its"
            + " sshd_config; ");
  }

  /** The host's key is not trusted. */
  ConnectException untrusted(HostSettings host, HostKeyGate.Seen seen) {
    return new ConnectException(
        who(host) + ": " + HostKeyText.message(seen.verdict(), host.names(), seen.key()),
        HostKeyText.hint(seen.verdict(), host.names(), byHand(host)),
        Retry.NEVER,
        null);
  }

  private static String remark(Attempt attempt) {
    return attempt.remark().map(text -> " (" + text + ")").orElse("");
  }

  private static String said(Exception failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage();
    return text == null ? root.getClass().getSimpleName() : text;
  }

  /** Who wants to be where. */
  static String who(HostSettings host) {
    String name =
        host.typed().equals(host.hostName())
            ? host.hostName()
            : host.typed() + " (" + host.hostName() + ")";
    return host.user() + "@" + (host.port() == USUAL_PORT ? name : name + " port " + host.port());
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() / 1000.0 + " s";
  }

  /** The command that does the same by hand. */
  String byHand(HostSettings host) {
    StringBuilder command = new StringBuilder("ssh");
    settings.configFile().ifPresent(file -> command.append(" -F ").append(file));
    settings.identities().forEach(file -> command.append(" -i ").append(file));
    settings.port().ifPresent(port -> command.append(" -p ").append(port));
    settings.user().ifPresent(user -> command.append(" -l ").append(user));
    settings.options().forEach(line -> command.append(" -o '").append(line).append('\''));
    return command.append(' ').append(host.typed()).append(" true").toString();
  }
}
