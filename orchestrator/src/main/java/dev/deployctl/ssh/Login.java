package dev.deployctl.ssh;

import dev.deployctl.openssh.config.Algorithms;
import dev.deployctl.openssh.config.HostSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHException;

/** Logs in with the user's keys, and with nothing else. */
final class Login {
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

  /** With SHA-1: only for those who ask for them in ssh_config. */
  private static final List<String> WITH_OLD_SIGNATURES =
      Stream.concat(SIGNATURES.stream(), Stream.of("ssh-rsa-cert-v01@openssh.com", "ssh-rsa"))
          .toList();

  /** What OpenSSH says when MaxAuthTries is reached. */
  private static final String TOO_MANY = "Too many authentication failures";

  private static final int LONG = Math.toIntExact(TimeUnit.HOURS.toMillis(1));
  private static final int USUAL = Math.toIntExact(TimeUnit.SECONDS.toMillis(30));

  private final KeyRing keys;
  private final ConnectFailures failures;

  Login(KeyRing keys, ConnectFailures failures) {
    this.keys = keys;
    this.failures = failures;
  }

  /**
   * Logs in.
   *
   * @param first key files to try before the configured ones
   */
  void run(SSHClient client, HostSettings host, List<Path> first, Deadline deadline)
      throws IOException, ConnectException {
    List<String> accepted =
        Algorithms.resolve(
            host.algorithms().getOrDefault("pubkeyacceptedalgorithms", ""),
            SIGNATURES,
            WITH_OLD_SIGNATURES);
    KeyRing.Selection selection;
    try (Deadline.Pause _ = deadline.pause()) { // a passphrase may be asked for
      selection = keys.select(host, first);
    }
    PublicKeyLogin login = new PublicKeyLogin(selection.identities(), accepted, deadline);
    LoginFailure failure = new LoginFailure(host, selection, login, failures.byHand(host));
    if (!host.publicKeyAllowed()) {
      throw failure.notAllowed();
    }
    if (login.isEmpty()) {
      throw failure.noKey();
    }
    try {
      client.getTransport().setTimeoutMs(LONG); // the deadline rules, and may stand still
      client.auth(host.user(), login);
      client.getTransport().setTimeoutMs(USUAL);
    } catch (SSHException refused) {
      if (says(refused, TOO_MANY)) {
        throw failure.tooMany(refused);
      }
      if (deadline.isOver() || !client.getTransport().isRunning()) {
        throw refused;
      }
      throw failure.refused(client.getUserAuth(), refused);
    }
  }

  private static boolean says(Throwable failed, String words) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(words)) {
        return true;
      }
    }
    return false;
  }
}
