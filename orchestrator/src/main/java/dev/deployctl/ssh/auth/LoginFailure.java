package dev.deployctl.ssh.auth;

import dev.deployctl.openssh.config.HostSettings;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.userauth.UserAuth;

/** Explains a failed login: the keys that were tried, those that were not usable, and why. */
final class LoginFailure {
  private final HostSettings host;
  private final KeyRing.Selection selection;
  private final PublicKeyLogin login;
  private final String byHand;

  /**
   * @param byHand the ssh command that does the same, for comparison
   */
  LoginFailure(
      HostSettings host, KeyRing.Selection selection, PublicKeyLogin login, String byHand) {
    this.host = host;
    this.selection = selection;
    this.login = login;
    this.byHand = byHand;
  }

  LoginFailedException notAllowed() {
    return new LoginFailedException(
        host.label()
            + ": ssh_config disables public keys, and deployctl has no other way to log in",
        "see PubkeyAuthentication and PreferredAuthentications in ssh_config",
        null);
  }

  LoginFailedException noKey() {
    return new LoginFailedException(
        host.label() + ": there is no key to log in with" + reasons(List.of()),
        "add one to the ssh-agent (ssh-add), or name it in IdentityFile",
        null);
  }

  LoginFailedException refused(UserAuth auth, SSHException cause) {
    String why =
        auth.hadPartialSuccess()
            ? ": the key was accepted, but the host requires more: "
                + String.join(", ", auth.getAllowedMethods())
            : ": permission denied";
    return new LoginFailedException(
        host.label() + why + reasons(login.refused()),
        "the host's ~"
            + host.user()
            + "/.ssh/authorized_keys must have one of these keys; compare: "
            + byHand,
        cause);
  }

  LoginFailedException tooMany(SSHException cause) {
    return new LoginFailedException(
        host.label()
            + ": the host refused the login after too many keys"
            + reasons(login.refused()),
        "name the right one in IdentityFile and set IdentitiesOnly yes, so that other keys of the"
            + " agent are not tried; compare: "
            + byHand,
        cause);
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
