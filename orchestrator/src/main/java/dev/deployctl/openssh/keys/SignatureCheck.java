package dev.deployctl.openssh.keys;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Checks an authority's signature of a certificate with the JDK's own cryptography. */
final class SignatureCheck {
  /** The bytes before the 32 bytes of an Ed25519 key in its X.509 form. */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int POINT_IS_UNCOMPRESSED = 4;

  private SignatureCheck() {}

  /** Returns why the signature is not valid; empty if it is. */
  static Optional<String> objection(
      SshPublicKey key, byte[] data, byte[] signature, List<String> algorithms) {
    try {
      WireReader reader = new WireReader(signature);
      String algorithm = reader.text();
      byte[] raw = reader.string();
      if (!algorithms.contains(algorithm)) {
        return Optional.of(
            "it is signed with " + algorithm + ", which CASignatureAlgorithms does not allow");
      }
      Optional<String> jdkName = jdkName(algorithm, key.type());
      if (jdkName.isEmpty()) {
        return Optional.of("a signature of type " + algorithm + " is not supported");
      }
      PublicKey publicKey = publicKey(key);
      Signature check = Signature.getInstance(jdkName.get());
      check.initVerify(publicKey);
      check.update(data);
      return check.verify(publicKey instanceof ECPublicKey ? der(raw) : raw)
          ? Optional.empty()
          : Optional.of("its signature is wrong");
    } catch (GeneralSecurityException | WireReader.Malformed | RuntimeException broken) {
      return Optional.of("its signature cannot be read (" + broken.getMessage() + ")");
    }
  }

  private static Optional<String> jdkName(String algorithm, String keyType) {
    String name =
        switch (algorithm) {
          case "ssh-ed25519" -> "Ed25519";
          case "ecdsa-sha2-nistp256" -> "SHA256withECDSA";
          case "ecdsa-sha2-nistp384" -> "SHA384withECDSA";
          case "ecdsa-sha2-nistp521" -> "SHA512withECDSA";
          case "rsa-sha2-256" -> "SHA256withRSA";
          case "rsa-sha2-512" -> "SHA512withRSA";
          default -> "";
        };
    boolean fits =
        algorithm.startsWith("rsa-") ? keyType.equals("ssh-rsa") : keyType.equals(algorithm);
    return name.isEmpty() || !fits ? Optional.empty() : Optional.of(name);
  }

  private static PublicKey publicKey(SshPublicKey key)
      throws GeneralSecurityException, WireReader.Malformed {
    WireReader reader = new WireReader(key.blob());
    String type = reader.text();
    if (type.equals("ssh-ed25519")) {
      byte[] raw = reader.string();
      byte[] encoded = Arrays.copyOf(ED25519, ED25519.length + raw.length);
      System.arraycopy(raw, 0, encoded, ED25519.length, raw.length);
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
    if (type.equals("ssh-rsa")) {
      BigInteger exponent = reader.integer();
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(reader.integer(), exponent));
    }
    String curve = reader.text().replace("nistp", "secp") + "r1";
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    byte[] point = reader.string();
    if (point.length < 3 || point[0] != POINT_IS_UNCOMPRESSED) {
      throw new WireReader.Malformed("a compressed point");
    }
    int half = (point.length - 1) / 2;
    ECPoint w =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + half)),
            new BigInteger(1, Arrays.copyOfRange(point, 1 + half, point.length)));
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(w, parameters.getParameterSpec(ECParameterSpec.class)));
  }

  /** SSH writes an ECDSA signature as two integers in a row, the JDK expects a DER sequence. */
  private static byte[] der(byte[] raw) throws WireReader.Malformed {
    WireReader reader = new WireReader(raw);
    byte[] r = derInteger(reader.integer());
    byte[] s = derInteger(reader.integer());
    int length = r.length + s.length;
    byte[] head =
        length < 0x80
            ? new byte[] {0x30, (byte) length}
            : new byte[] {0x30, (byte) 0x81, (byte) length};
    byte[] der = Arrays.copyOf(head, head.length + length);
    System.arraycopy(r, 0, der, head.length, r.length);
    System.arraycopy(s, 0, der, head.length + r.length, s.length);
    return der;
  }

  private static byte[] derInteger(BigInteger value) throws WireReader.Malformed {
    byte[] bytes = value.toByteArray();
    if (bytes.length > 80) {
      throw new WireReader.Malformed("an integer that is too long");
    }
    byte[] der = new byte[bytes.length + 2];
    der[0] = 2;
    der[1] = (byte) bytes.length;
    System.arraycopy(bytes, 0, der, 2, bytes.length);
    return der;
  }
}
