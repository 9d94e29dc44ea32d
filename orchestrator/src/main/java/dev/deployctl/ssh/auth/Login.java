package dev.deployctl.ssh.auth;

import dev.deployctl.openssh.config.Algorithms;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.ssh.transport.Deadline;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHException;

/** Logs in with the user's keys, the only method that deployctl has. */
public final class Login {
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

  /** With those of SHA-1, which are used only where ssh_config names them. */
  private static final List<String> WITH_OLD_SIGNATURES =
      Stream.concat(SIGNATURES.stream(), Stream.of("ssh-rsa-cert-v01@openssh.com", "ssh-rsa"))
          .toList();

  /** The message of OpenSSH when MaxAuthTries is reached. */
  private static final String TOO_MANY = "Too many authentication failures";

  private static final int LONG_TIMEOUT = Math.toIntExact(TimeUnit.HOURS.toMillis(1));
  private static final int NORMAL_TIMEOUT = Math.toIntExact(TimeUnit.SECONDS.toMillis(30));

  private final KeyRing keys;

  public Login(KeyRing keys) {
    this.keys = keys;
  }

  /**
   * Logs in.
   *
   * @param byHand the ssh command that does the same, for messages
   */
  public void run(SSHClient client, HostSettings host, String byHand, Deadline deadline)
      throws IOException, LoginFailedException {
    List<String> accepted =
        Algorithms.resolve(
            host.algorithms().getOrDefault("pubkeyacceptedalgorithms", ""),
            SIGNATURES,
            WITH_OLD_SIGNATURES);
    KeyRing.Selection selection;
    try (Deadline.Pause _ = deadline.pause()) { // a passphrase may be asked for
      selection = keys.select(host);
    }
    PublicKeyLogin login = new PublicKeyLogin(selection.identities(), accepted, deadline);
    LoginFailure failure = new LoginFailure(host, selection, login, byHand);
    if (!host.publicKeyAllowed()) {
      throw failure.notAllowed();
    }
    if (login.isEmpty()) {
      throw failure.noKey();
    }
    try {
      client.getTransport().setTimeoutMs(LONG_TIMEOUT); // the deadline ends it, and can be paused
      client.auth(host.user(), login);
      client.getTransport().setTimeoutMs(NORMAL_TIMEOUT);
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
