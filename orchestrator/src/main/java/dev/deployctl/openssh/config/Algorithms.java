package dev.deployctl.openssh.config;

import java.util.Arrays;
import java.util.List;

/**
 * The algorithms of one kind that OpenSSH knows.
 *
 * @param known every name that ssh_config may hold, in the order in which patterns find them
 * @param defaults what ssh uses when it says nothing, in order
 */
public record Algorithms(List<String> known, List<String> defaults) {
  public Algorithms {
    known = List.copyOf(known);
    defaults = List.copyOf(defaults);
  }

  /**
   * The kinds of algorithms that ssh_config speaks of.
   *
   * @param keys of hosts and of users alike
   * @param authorities what an authority may sign with
   */
  public record Catalog(
      Algorithms ciphers,
      Algorithms macs,
      Algorithms keyExchanges,
      Algorithms keys,
      Algorithms authorities) {}

  private static final String KNOWN_KEYS =
      "ssh-ed25519 ssh-ed25519-cert-v01@openssh.com sk-ssh-ed25519@openssh.com"
          + " sk-ssh-ed25519-cert-v01@openssh.com ecdsa-sha2-nistp256"
          + " ecdsa-sha2-nistp256-cert-v01@openssh.com ecdsa-sha2-nistp384"
          + " ecdsa-sha2-nistp384-cert-v01@openssh.com ecdsa-sha2-nistp521"
          + " ecdsa-sha2-nistp521-cert-v01@openssh.com sk-ecdsa-sha2-nistp256@openssh.com"
          + " sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"
          + " webauthn-sk-ecdsa-sha2-nistp256@openssh.com ssh-dss ssh-dss-cert-v01@openssh.com"
          + " ssh-rsa ssh-rsa-cert-v01@openssh.com rsa-sha2-256 rsa-sha2-256-cert-v01@openssh.com"
          + " rsa-sha2-512 rsa-sha2-512-cert-v01@openssh.com";
  private static final String PLAIN_KEYS =
      "ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521"
          + " sk-ssh-ed25519@openssh.com sk-ecdsa-sha2-nistp256@openssh.com rsa-sha2-512"
          + " rsa-sha2-256";
  private static final String CERTIFICATES =
      "ssh-ed25519-cert-v01@openssh.com ecdsa-sha2-nistp256-cert-v01@openssh.com"
          + " ecdsa-sha2-nistp384-cert-v01@openssh.com ecdsa-sha2-nistp521-cert-v01@openssh.com"
          + " sk-ssh-ed25519-cert-v01@openssh.com sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"
          + " rsa-sha2-512-cert-v01@openssh.com rsa-sha2-256-cert-v01@openssh.com";

  /** What OpenSSH 9.2 knows and prefers, and the names that newer ones have added. */
  public static final Catalog OPENSSH =
      new Catalog(
          of(
              "3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr"
                  + " aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com",
              "chacha20-poly1305@openssh.com aes128-ctr aes192-ctr aes256-ctr"
                  + " aes128-gcm@openssh.com aes256-gcm@openssh.com"),
          of(
              "hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96"
                  + " umac-64@openssh.com umac-128@openssh.com hmac-sha1-etm@openssh.com"
                  + " hmac-sha1-96-etm@openssh.com hmac-sha2-256-etm@openssh.com"
                  + " hmac-sha2-512-etm@openssh.com hmac-md5-etm@openssh.com"
                  + " hmac-md5-96-etm@openssh.com umac-64-etm@openssh.com"
                  + " umac-128-etm@openssh.com",
              "umac-64-etm@openssh.com umac-128-etm@openssh.com hmac-sha2-256-etm@openssh.com"
                  + " hmac-sha2-512-etm@openssh.com hmac-sha1-etm@openssh.com umac-64@openssh.com"
                  + " umac-128@openssh.com hmac-sha2-256 hmac-sha2-512 hmac-sha1"),
          of(
              "diffie-hellman-group1-sha1 diffie-hellman-group14-sha1"
                  + " diffie-hellman-group14-sha256 diffie-hellman-group16-sha512"
                  + " diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1"
                  + " diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384"
                  + " ecdh-sha2-nistp521 curve25519-sha256 curve25519-sha256@libssh.org"
                  + " sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com"
                  + " mlkem768x25519-sha256",
              "sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com curve25519-sha256"
                  + " curve25519-sha256@libssh.org ecdh-sha2-nistp256 ecdh-sha2-nistp384"
                  + " ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256"
                  + " diffie-hellman-group16-sha512 diffie-hellman-group18-sha512"
                  + " diffie-hellman-group14-sha256"),
          of(KNOWN_KEYS, CERTIFICATES + " " + PLAIN_KEYS),
          of(KNOWN_KEYS, PLAIN_KEYS));

  private static Algorithms of(String known, String defaults) {
    return new Algorithms(
        Arrays.asList(known.split(" ", -1)), Arrays.asList(defaults.split(" ", -1)));
  }
}
