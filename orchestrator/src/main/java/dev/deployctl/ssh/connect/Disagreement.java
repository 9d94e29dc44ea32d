package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.ssh.connect.ConnectFailedException.Retry;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains a failed key exchange: the algorithms of both sides where they have none in common. */
final class Disagreement {
  private static final Pattern NO_SETTLEMENT =
      Pattern.compile("Unable to reach a settlement of (\\w+): \\[(.*)] and \\[(.*)]");

  /** The names of the SSH library, with the keywords of ssh_config and sshd_config. */
  private static final Map<String, String> KEYWORDS =
      Map.of(
          "KeyExchangeAlgorithms", "KexAlgorithms",
          "HostKeyAlgorithms", "HostKeyAlgorithms",
          "Client2ServerCipherAlgorithms", "Ciphers",
          "Server2ClientCipherAlgorithms", "Ciphers",
          "Client2ServerMACAlgorithms", "MACs",
          "Server2ClientMACAlgorithms", "MACs");

  private Disagreement() {}

  /** Returns the explanation, if the failure is one of this kind. */
  static Optional<ConnectFailedException> of(HostSettings host, Exception failed, String byHand) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      Matcher words = NO_SETTLEMENT.matcher(String.valueOf(cause.getMessage()));
      if (words.find()) {
        return Optional.of(of(host, words, failed, byHand));
      }
    }
    return Optional.empty();
  }

  private static ConnectFailedException of(
      HostSettings host, Matcher words, Exception cause, String byHand) {
    String kind = words.group(1);
    String keyword = KEYWORDS.getOrDefault(kind, kind);
    return new ConnectFailedException(
        host.label()
            + ": the host has no algorithm in common with deployctl ("
            + kind
            + "): the host offers "
            + words.group(3)
            + "; deployctl offers "
            + words.group(2),
        "allow one of those of deployctl in "
            + keyword
            + " of the host's sshd_config; algorithms with SHA-1 must be named in ssh_config,"
            + " as in HostKeyAlgorithms +ssh-rsa; compare: "
            + byHand,
        Retry.NEVER,
        cause);
  }
}
