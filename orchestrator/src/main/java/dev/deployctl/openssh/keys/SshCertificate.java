package dev.deployctl.openssh.keys;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An OpenSSH certificate.
 *
 * @param key the plain key that is certified
 * @param principals the names that it is valid for; none means any
 * @param authority the key that signed it
 * @param whole the encoded certificate
 * @param signedLength the length of the signed part, which the signature follows
 */
public record SshCertificate(
    SshPublicKey key,
    boolean forHosts,
    String id,
    List<String> principals,
    BigInteger validAfter,
    BigInteger validBefore,
    boolean critical,
    SshPublicKey authority,
    SshPublicKey whole,
    int signedLength) {
  private static final int HOST = 2;

  /** Reads a certificate; empty if the key is not a certificate or is malformed. */
  public static Optional<SshCertificate> of(SshPublicKey certificate) {
    if (!certificate.isCertificate()) {
      return Optional.empty();
    }
    try {
      byte[] blob = certificate.blob();
      WireReader reader = new WireReader(blob);
      reader.string();
      reader.string(); // nonce
      WireWriter plain = new WireWriter().string(certificate.plainType());
      for (int field = 0; field < fields(certificate.plainType()); field++) {
        plain.string(reader.string());
      }
      reader.uint64(); // serial
      long kind = reader.uint32();
      String id = reader.text();
      List<String> principals = strings(reader.string());
      BigInteger after = reader.uint64();
      BigInteger before = reader.uint64();
      boolean critical = reader.string().length > 0;
      reader.string(); // extensions
      reader.string(); // reserved
      Optional<SshPublicKey> authority = SshPublicKey.of(reader.string());
      int signedLength = reader.position();
      reader.string(); // signature
      Optional<SshPublicKey> key = SshPublicKey.of(plain.bytes());
      if (reader.remaining() > 0 || authority.isEmpty() || key.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new SshCertificate(
              key.get(),
              kind == HOST,
              id,
              principals,
              after,
              before,
              critical,
              authority.get(),
              certificate,
              signedLength));
    } catch (WireReader.Malformed malformed) {
      return Optional.empty();
    }
  }

  private static int fields(String plainType) throws WireReader.Malformed {
    return switch (plainType) {
      case "ssh-ed25519" -> 1;
      case "ssh-rsa",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "sk-ssh-ed25519@openssh.com" ->
          2;
      case "sk-ecdsa-sha2-nistp256@openssh.com" -> 3;
      case "ssh-dss" -> 4;
      default -> throw new WireReader.Malformed("certificate of an unknown type");
    };
  }

  private static List<String> strings(byte[] packed) throws WireReader.Malformed {
    List<String> all = new ArrayList<>();
    WireReader reader = new WireReader(packed);
    while (reader.remaining() > 0) {
      all.add(reader.text());
    }
    return all;
  }

  /**
   * Returns why this certificate does not prove that a host is {@code name}; empty if it does.
   * Principals are names, not patterns.
   *
   * @param algorithms the signature algorithms that an authority may use
   */
  public Optional<String> objectionAgainstHost(String name, Instant now, List<String> algorithms) {
    BigInteger seconds = BigInteger.valueOf(now.getEpochSecond());
    if (!forHosts) {
      return Optional.of("it is a user's certificate");
    }
    if (seconds.compareTo(validAfter) < 0) {
      return Optional.of("it is not valid yet");
    }
    if (seconds.compareTo(validBefore) >= 0) {
      return Optional.of("it has expired");
    }
    if (!principals.isEmpty() && !principals.contains(name)) {
      return Optional.of("it is for " + String.join(", ", principals) + ", not for " + name);
    }
    if (critical) {
      return Optional.of("it has unknown critical options");
    }
    return SignatureCheck.objection(authority, signed(), signature(), algorithms);
  }

  private byte[] signed() {
    return Arrays.copyOf(whole.blob(), signedLength);
  }

  private byte[] signature() {
    byte[] blob = whole.blob();
    return Arrays.copyOfRange(blob, signedLength + Integer.BYTES, blob.length);
  }
}
