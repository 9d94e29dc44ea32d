package dev.deployctl.openssh.keys;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The contents of a private key file that are readable without decrypting it.
 *
 * @param publicKey the public key, which OpenSSH's own format does not encrypt
 */
public record PrivateKeyText(
    String content, Form form, boolean encrypted, Optional<SshPublicKey> publicKey) {
  private static final String OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final String OPENSSH_END = "-----END OPENSSH PRIVATE KEY-----";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);

  /** The format of a private key file. */
  public enum Form {
    OPENSSH,
    PEM,
    NONE
  }

  /** Parses a file's content. */
  public static PrivateKeyText read(String content) {
    if (content.contains(OPENSSH)) {
      return openSsh(content);
    }
    boolean pem = content.contains("-----BEGIN ") && content.contains("PRIVATE KEY-----");
    boolean encrypted = content.contains("ENCRYPTED");
    return new PrivateKeyText(content, pem ? Form.PEM : Form.NONE, encrypted, Optional.empty());
  }

  private static PrivateKeyText openSsh(String content) {
    PrivateKeyText unreadable = new PrivateKeyText(content, Form.OPENSSH, false, Optional.empty());
    int start = content.indexOf(OPENSSH) + OPENSSH.length();
    int end = content.indexOf(OPENSSH_END, start);
    if (end < 0) {
      return unreadable;
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(content.substring(start, end));
      if (bytes.length < MAGIC.length
          || !Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)) {
        return unreadable;
      }
      WireReader reader = new WireReader(Arrays.copyOfRange(bytes, MAGIC.length, bytes.length));
      String cipher = reader.text();
      reader.string(); // key derivation
      reader.string(); // its options
      reader.uint32(); // number of keys
      return new PrivateKeyText(
          content, Form.OPENSSH, !cipher.equals("none"), SshPublicKey.of(reader.string()));
    } catch (WireReader.Malformed | IllegalArgumentException broken) {
      return unreadable;
    }
  }

  /** Returns whether the JDK cannot read it: elliptic curves and OpenSSL's old ciphers. */
  public boolean needsBouncyCastle() {
    return publicKey.filter(key -> key.type().startsWith("ecdsa")).isPresent()
        || content.contains("EC PRIVATE KEY")
        || content.contains("Proc-Type: 4,ENCRYPTED");
  }
}
