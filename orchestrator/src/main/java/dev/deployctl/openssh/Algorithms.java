package dev.deployctl.openssh;

import java.util.List;

/**
 * The algorithms of one kind.
 *
 * @param known every name that ssh_config may hold
 * @param defaults what is offered when it says nothing, in order
 */
public record Algorithms(List<String> known, List<String> defaults) {
  public Algorithms {
    known = List.copyOf(known);
    defaults = List.copyOf(defaults);
  }

  /** The kinds of algorithms that ssh_config speaks of. */
  public record Catalog(
      Algorithms ciphers,
      Algorithms macs,
      Algorithms keyExchanges,
      Algorithms hostKeys,
      Algorithms signatures,
      Algorithms authorities) {}

  private static final List<String> KEYS =
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

  private static final List<String> PLAIN_KEYS =
      KEYS.stream().filter(name -> !name.contains("-cert-")).toList();

  /** All names of OpenSSH 9.2, with its defaults. */
  public static final Catalog OPENSSH =
      new Catalog(
          of(
              "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,"
                  + "aes128-gcm@openssh.com,aes256-gcm@openssh.com",
              "3des-cbc,aes128-cbc,aes192-cbc,aes256-cbc"),
          of(
              "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
                  + "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,"
                  + "umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1",
              "hmac-sha1-96,hmac-md5,hmac-md5-96,hmac-sha1-96-etm@openssh.com,"
                  + "hmac-md5-etm@openssh.com,hmac-md5-96-etm@openssh.com"),
          of(
              "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,"
                  + "curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
                  + "ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,"
                  + "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
                  + "diffie-hellman-group14-sha256",
              "mlkem768x25519-sha256,diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,"
                  + "diffie-hellman-group-exchange-sha1"),
          keys(KEYS),
          keys(KEYS),
          keys(PLAIN_KEYS));

  private static Algorithms of(String defaults, String others) {
    return new Algorithms(
        List.of((defaults + "," + others).split(",")), List.of(defaults.split(",")));
  }

  private static Algorithms keys(List<String> defaults) {
    List<String> known =
        java.util.stream.Stream.concat(
                KEYS.stream(),
                java.util.stream.Stream.of(
                    "ssh-rsa",
                    "ssh-dss",
                    "ssh-rsa-cert-v01@openssh.com",
                    "ssh-dss-cert-v01@openssh.com",
                    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"))
            .toList();
    return new Algorithms(known, defaults);
  }
}
