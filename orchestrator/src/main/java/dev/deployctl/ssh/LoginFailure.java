package dev.deployctl.ssh;

import dev.deployctl.openssh.config.HostSettings;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.userauth.UserAuth;

/** Says why a login failed: what was tried, what could not be, and what the host wants. */
final class LoginFailure {
  private final HostSettings host;
  private final KeyRing.Selection selection;
  private final PublicKeyLogin login;
  private final String byHand;

  LoginFailure(
      HostSettings host, KeyRing.Selection selection, PublicKeyLogin login, String byHand) {
    this.host = host;
    this.selection = selection;
    this.login = login;
    this.byHand = byHand;
  }

  ConnectException notAllowed() {
    return new ConnectException(
        who()
            + ": ssh_config does not let keys be used here, and deployctl logs in with nothing"
            + " else",
        "see PubkeyAuthentication and PreferredAuthentications in ssh_config",
        ConnectException.Retry.NEVER,
        null);
  }

  ConnectException noKey() {
    return new ConnectException(
        who() + ": there is no key to log in with" + reasons(List.of()),
        "load one into the ssh-agent (ssh-add), or name it in IdentityFile",
        ConnectException.Retry.NEVER,
        null);
  }

  ConnectException refused(UserAuth auth, SSHException cause) {
    String wants =
        auth.hadPartialSuccess()
            ? ": the key was right, but the host wants more: "
                + String.join(", ", auth.getAllowedMethods())
            : ": permission denied";
    return new ConnectException(
        who() + wants + reasons(login.refused()),
        "the host's ~"
            + host.user()
            + "/.ssh/authorized_keys must hold one of these keys; compare: "
            + byHand,
        ConnectException.Retry.NEVER,
        cause);
  }

  ConnectException tooMany(SSHException cause) {
    return new ConnectException(
        who()
            + ": the host gave up after too many keys that were not right"
            + reasons(login.refused()),
        "name the right one in IdentityFile and set IdentitiesOnly yes, so that the agent's others"
            + " are not tried; compare: "
            + byHand,
        ConnectException.Retry.NEVER,
        cause);
  }

  private String who() {
    return ConnectFailures.who(host);
  }

  private String reasons(List<String> tried) {
    List<String> parts = new ArrayList<>();
    if (!tried.isEmpty()) {
      parts.add("tried " + String.join(", ", tried));
    }
    if (!selection.leftOut().isEmpty()) {
      parts.add("not usable: " + String.join(", ", selection.leftOut()));
    }
    return parts.isEmpty() ? "" : " (" + String.join("; ", parts) + ")";
  }
}
