package dev.deployctl.ssh;

import dev.deployctl.openssh.keys.SshPublicKey;
import java.util.List;

/**
 * A key to log in with.
 *
 * @param key the public key, or a certificate for it
 * @param origin where it comes from, for people
 * @param instant whether signing costs nobody anything, so that the host need not be asked first
 *     whether it would take the key
 */
record Identity(SshPublicKey key, String origin, boolean instant, Signer signer) {
  private static final String RSA_CERTIFICATE = "ssh-rsa-cert-v01@openssh.com";

  /** The names under which the key can be offered, the strongest first. */
  List<String> algorithms() {
    return switch (key.type()) {
      case "ssh-rsa" -> List.of("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa");
      case RSA_CERTIFICATE ->
          List.of(
              "rsa-sha2-512-cert-v01@openssh.com",
              "rsa-sha2-256-cert-v01@openssh.com",
              RSA_CERTIFICATE);
      default -> List.of(key.type());
    };
  }

  /** The signature algorithm that goes with a name under which the key is offered. */
  static String signatureAlgorithm(String algorithm) {
    String plain = algorithm.replace("-cert-v01@openssh.com", "");
    return plain.startsWith("sk-") && !plain.endsWith("@openssh.com")
        ? plain + "@openssh.com"
        : plain;
  }

  @Override
  public String toString() {
    return origin + " (" + key.family() + " " + key.fingerprint() + ")";
  }
}
