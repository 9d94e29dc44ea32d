package dev.deployctl.ssh.auth;

import dev.deployctl.openssh.keys.SshPublicKey;
import java.util.List;

/**
 * A key to log in with.
 *
 * @param key the public key, or a certificate for it
 * @param origin the source of the key, for messages
 * @param instant whether signing needs no passphrase or touch, so that it is tried without asking
 *     the host first
 */
record Identity(SshPublicKey key, String origin, boolean instant, Signer signer) {
  private static final String RSA_CERTIFICATE = "ssh-rsa-cert-v01@openssh.com";

  /** Returns the algorithms of the key, the strongest first. */
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

  /** Returns the signature algorithm of an algorithm of a key. */
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
