package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.ssh.ConnectException.Retry;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says which algorithms a host offers where this program has none of them. */
final class Disagreement {
  private static final Pattern NO_SETTLEMENT =
      Pattern.compile("Unable to reach a settlement of (\\w+): \\[(.*)] and \\[(.*)]");

  /** The library's names, and what ssh_config and sshd_config call the same. */
  private static final Map<String, String> KEYWORDS =
      Map.of(
          "KeyExchangeAlgorithms", "KexAlgorithms",
          "HostKeyAlgorithms", "HostKeyAlgorithms",
          "Client2ServerCipherAlgorithms", "Ciphers",
          "Server2ClientCipherAlgorithms", "Ciphers",
          "Client2ServerMACAlgorithms", "MACs",
          "Server2ClientMACAlgorithms", "MACs");

  private Disagreement() {}

  /** Returns the failure in words, where it is one of this kind. */
  static Optional<ConnectException> of(HostSettings host, Exception failed, String byHand) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      Matcher words = NO_SETTLEMENT.matcher(String.valueOf(cause.getMessage()));
      if (words.find()) {
        return Optional.of(of(host, words, failed, byHand));
      }
    }
    return Optional.empty();
  }

  private static ConnectException of(
      HostSettings host, Matcher words, Exception cause, String byHand) {
    String kind = words.group(1);
    String keyword = KEYWORDS.getOrDefault(kind, kind);
    return new ConnectException(
        ConnectFailures.who(host)
            + ": it has no algorithm in common with deployctl ("
            + kind
            + "): the host offers "
            + words.group(3)
            + "; deployctl offers "
            + words.group(2),
        "allow one of deployctl's in "
            + keyword
            + " of the host's sshd_config; algorithms with SHA-1 must be asked for in ssh_config,"
            + " as in HostKeyAlgorithms +ssh-rsa; compare: "
            + byHand,
        Retry.NEVER,
        cause);
  }
}
