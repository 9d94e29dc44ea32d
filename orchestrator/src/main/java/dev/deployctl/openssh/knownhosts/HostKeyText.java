package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.config.HostNames;
import dev.deployctl.openssh.keys.SshPublicKey;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Says for people what is the matter with a host's key, and what mends it. */
public final class HostKeyText {
  private HostKeyText() {}

  /** What is the matter, in one sentence. */
  public static String message(HostKeyVerdict verdict, HostNames names, SshPublicKey offered) {
    String key = offered.family() + " key " + offered.fingerprint();
    return switch (verdict) {
      case HostKeyVerdict.Trusted trusted ->
          "the " + key + " of " + names.first() + " is known by " + trusted.by();
      case HostKeyVerdict.Unknown unknown ->
          "the host key of "
              + names.first()
              + " is not known: it offers the "
              + key
              + ", and there is no line for it in "
              + (unknown.files().isEmpty()
                  ? "any known_hosts file, for none is configured"
                  : unknown.files().stream().map(Path::toString).collect(Collectors.joining(", ")));
      case HostKeyVerdict.Changed changed ->
          "THE HOST KEY OF "
              + names.first()
              + " HAS CHANGED: it offers the "
              + key
              + ", but "
              + changed.expected().stream()
                  .map(
                      line ->
                          line
                              + " has the "
                              + line.key().family()
                              + " key "
                              + line.key().fingerprint())
                  .collect(Collectors.joining(", "));
      case HostKeyVerdict.Revoked revoked ->
          "the host key of " + names.first() + " is revoked by " + revoked.by() + ": the " + key;
      case HostKeyVerdict.TooShort small ->
          "the host key of "
              + names.first()
              + " has "
              + small.bits()
              + " bits, and RequiredRSASize asks for "
              + small.required();
      case HostKeyVerdict.BadCertificate bad ->
          "the host certificate of "
              + names.first()
              + " does not hold, though "
              + bad.authority()
              + " knows the authority that signed it: "
              + bad.why();
    };
  }

  /**
   * What to do.
   *
   * @param ssh the command that connects to the host by hand
   */
  public static String hint(HostKeyVerdict verdict, HostNames names, String ssh) {
    return switch (verdict) {
      case HostKeyVerdict.Trusted ignored -> "nothing to do";
      case HostKeyVerdict.Unknown ignored ->
          "compare the fingerprint with the host's own (ssh-keygen -lf"
              + " /etc/ssh/ssh_host_ed25519_key.pub, on its console), then accept it once: "
              + ssh;
      case HostKeyVerdict.Changed changed ->
          "if the host was rebuilt, forget its old key and take the new one: ssh-keygen -R '"
              + names.first()
              + "' -f "
              + changed.expected().getFirst().file()
              + " && "
              + ssh
              + "; if it was not, somebody stands between you and the host";
      case HostKeyVerdict.Revoked revoked ->
          "give the host a new key; only if it was revoked by mistake, remove " + revoked.by();
      case HostKeyVerdict.TooShort ignored ->
          "give the host a longer key, or better one of type ed25519";
      case HostKeyVerdict.BadCertificate ignored ->
          "have the host's certificate issued again, for the name "
              + names.principal()
              + ", and compare: "
              + ssh;
    };
  }
}
