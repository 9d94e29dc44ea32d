package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.config.HostNames;
import dev.deployctl.openssh.keys.SshPublicKey;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Describes verdicts on host keys for people, and how to fix what is wrong. */
public final class HostKeyText {
  private HostKeyText() {}

  /** Returns the verdict in one sentence. */
  public static String message(HostKeyVerdict verdict, HostNames names, SshPublicKey offered) {
    String key = offered.family() + " key " + offered.fingerprint();
    return switch (verdict) {
      case HostKeyVerdict.Trusted trusted ->
          "the " + key + " of " + names.first() + " is known by " + trusted.by();
      case HostKeyVerdict.Unknown unknown ->
          "the host key of "
              + names.first()
              + " is not known: the host offers the "
              + key
              + ", and there is no line for it in "
              + (unknown.files().isEmpty()
                  ? "any known_hosts file, because none is configured"
                  : unknown.files().stream().map(Path::toString).collect(Collectors.joining(", ")));
      case HostKeyVerdict.Changed changed ->
          "THE HOST KEY OF "
              + names.first()
              + " HAS CHANGED: the host offers the "
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
              + " bits, fewer than RequiredRSASize, which is "
              + small.required();
      case HostKeyVerdict.BadCertificate bad ->
          "the host certificate of "
              + names.first()
              + " is not valid, although "
              + bad.authority()
              + " trusts the authority that signed it: "
              + bad.why();
    };
  }

  /**
   * Returns what to do.
   *
   * @param ssh the ssh command that connects to the host
   */
  public static String hint(HostKeyVerdict verdict, HostNames names, String ssh) {
    return switch (verdict) {
      case HostKeyVerdict.Trusted ignored -> "nothing to do";
      case HostKeyVerdict.Unknown ignored ->
          "compare the fingerprint with the host's own (ssh-keygen -lf"
              + " /etc/ssh/ssh_host_ed25519_key.pub, on its console), then accept it once: "
              + ssh;
      case HostKeyVerdict.Changed changed ->
          "if the host was rebuilt, remove its old key and accept the new one: ssh-keygen -R '"
              + names.first()
              + "' -f "
              + changed.expected().getFirst().file()
              + " && "
              + ssh
              + "; if it was not, somebody may be intercepting the connection";
      case HostKeyVerdict.Revoked revoked ->
          "create a new key on the host; only if it was revoked by mistake, remove " + revoked.by();
      case HostKeyVerdict.TooShort ignored ->
          "create a longer key on the host, or better one of type ed25519";
      case HostKeyVerdict.BadCertificate ignored ->
          "issue the host's certificate again for the name "
              + names.principal()
              + ", and compare: "
              + ssh;
    };
  }
}
