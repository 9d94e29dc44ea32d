package dev.deployctl.openssh.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** A public key or certificate: its type and its encoded bytes, which begin with the type. */
public final class SshPublicKey {
  private static final String CERTIFICATE = "-cert-v01@openssh.com";

  private final String type;
  private final byte[] blob;

  private SshPublicKey(String type, byte[] blob) {
    this.type = type;
    this.blob = blob;
  }

  /** Returns the key with these bytes; empty if they do not begin like a key. */
  public static Optional<SshPublicKey> of(byte[] blob) {
    try {
      byte[] type = new WireReader(blob).string();
      for (byte b : type) {
        if (b <= ' ' || b > '~') {
          return Optional.empty();
        }
      }
      return type.length == 0
          ? Optional.empty()
          : Optional.of(
              new SshPublicKey(new String(type, StandardCharsets.US_ASCII), blob.clone()));
    } catch (WireReader.Malformed notAKey) {
      return Optional.empty();
    }
  }

  /** Reads {@code type base64}, the form of known_hosts and of .pub files. */
  public static Optional<SshPublicKey> of(String type, String base64) {
    try {
      return of(Base64.getDecoder().decode(base64)).filter(key -> key.type.equals(type));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  public String type() {
    return type;
  }

  public byte[] blob() {
    return blob.clone();
  }

  public boolean isCertificate() {
    return type.endsWith(CERTIFICATE);
  }

  /** Returns whether the private key is on a security token, and files have only its handle. */
  public boolean onSecurityKey() {
    return type.startsWith("sk-");
  }

  /** Returns the key of a certificate; the key itself if it is not a certificate. */
  public Optional<SshPublicKey> plain() {
    return isCertificate() ? SshCertificate.of(this).map(SshCertificate::key) : Optional.of(this);
  }

  /** Returns the type of the key, without that of its certificate. */
  public String plainType() {
    return plainType(type);
  }

  /** Removes the suffix of certificates from the name of a key type or algorithm. */
  static String plainType(String type) {
    if (!type.endsWith(CERTIFICATE)) {
      return type;
    }
    String plain = type.substring(0, type.length() - CERTIFICATE.length());
    return plain.startsWith("sk-") ? plain + "@openssh.com" : plain;
  }

  /** Returns the length of an RSA key; 0 for a key of another type. */
  public int rsaBits() {
    Optional<SshPublicKey> plain = plain();
    if (plain.isEmpty() || !plain.get().type.equals("ssh-rsa")) {
      return 0;
    }
    try {
      WireReader reader = new WireReader(plain.get().blob);
      reader.string(); // type
      reader.string(); // exponent
      return reader.integer().bitLength();
    } catch (WireReader.Malformed cut) {
      return 1;
    }
  }

  /** Returns the fingerprint in the format of ssh: SHA256 in base64. */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** Returns {@code type base64}. */
  public String line() {
    return type + " " + Base64.getEncoder().encodeToString(blob);
  }

  /** Returns the short name of the type: ED25519, RSA, ECDSA, ED25519-SK. */
  public String family() {
    String plain = plainType();
    String token = onSecurityKey() ? "-SK" : "";
    if (plain.contains("ed25519")) {
      return "ED25519" + token;
    }
    if (plain.contains("ecdsa")) {
      return "ECDSA" + token;
    }
    return plain.contains("rsa") ? "RSA" : plain;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SshPublicKey key && Arrays.equals(blob, key.blob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(blob);
  }

  @Override
  public String toString() {
    return type + " " + fingerprint();
  }
}
